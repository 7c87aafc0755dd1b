import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findPrivateData } from '../../../domain/dataset/private-data/find.ts';
import { redactText } from '../../../domain/dataset/private-data/redact.ts';

interface Labelled {
  readonly text: string;
  readonly private: readonly string[];
}
const labelled = readFileSync(new URL('private-data.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Labelled);

describe('private data', () => {
  it('is found in the labelled set with precision and recall of at least 0.95', () => {
    const [missed, wrong]: [string[], string[]] = [[], []];
    let hits = 0;
    for (const row of labelled) {
      const found = findPrivateData(row.text).map((span) => `${span.kind}:${row.text.slice(span.start, span.end)}`);
      for (const value of row.private) found.includes(value) ? hits++ : missed.push(`${value} in ${row.text}`);
      wrong.push(...found.filter((value) => !row.private.includes(value)).map((value) => `${value} in ${row.text}`));
    }
    const summary = JSON.stringify({ missed, wrong }, null, 1);
    expect(hits / (hits + missed.length), summary).toBeGreaterThanOrEqual(0.95);
    expect(hits / (hits + wrong.length), summary).toBeGreaterThanOrEqual(0.95);
  });

  it('gets the same placeholder for the same value in all texts of a row, however it is written', () => {
    const { texts, kinds } = redactText(['Write to Eva@Example.com or tom@example.com', 'eva@example.com, phone +44 20 7946 0381'], true);
    expect(texts).toEqual(['Write to [EMAIL_1] or [EMAIL_2]', '[EMAIL_1], phone [PHONE_1]']);
    expect(kinds).toEqual(['email', 'phone']);
  });

  it('is found but left in place where the spec allows it', () => {
    expect(redactText(['eva@example.com'], false)).toEqual({ texts: ['eva@example.com'], kinds: ['email'] });
  });

  it('does not slow down on a long row of digits', () => {
    expect(findPrivateData('1 2 3 4 5 6 7 8 9 0 '.repeat(2000)).length).toBeLessThan(2000);
  });
});
