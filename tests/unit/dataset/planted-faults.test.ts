import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { comparisonKey } from '../../../domain/dataset/comparison-key.ts';
import { prepareDataset } from '../../../domain/dataset/prepare.ts';
import { suspectLabels } from '../../../domain/dataset/suspect-labels.ts';
import { csv, inputOf, seeded, source, test } from './make-prepared.ts';

/** Banking77 is not part of the project: `BANKING77_DIR` names its folder, else it is looked for beside the checkout. */
const folder = process.env.BANKING77_DIR ?? new URL('../../../../shared/data/banking77', import.meta.url).pathname;
const isThere = existsSync(`${folder}/train.csv`);
const read = (file: string): [string, string][] =>
  (parse(readFileSync(`${folder}/${file}`), { from_line: 2 }) as [string, string][]).map(([text, label]): [string, string] => [
    text.replace(/\s+/g, ' '),
    label,
  ]);

/** Banking77 without the duplicates, near ones and overlaps of its own, so that what is found is what was planted. */
function clean(): { train: [string, string][]; test: [string, string][] } {
  const prepared = prepareDataset(
    inputOf([source(csv(read('train.csv'))), test(csv(read('test.csv')))], { nearDuplicate: 0.6, split: { train: 1, validation: 0, test: 0 } }),
  );
  const near = new Set(
    prepared.findings.filter((finding) => finding.file === 'test.csv' && finding.kind === 'nearDuplicate').map((finding) => finding.line),
  );
  return {
    train: prepared.train.map((row) => [row.input, row.output]),
    test: prepared.test.filter((row) => !near.has(row.line)).map((row) => [row.input, row.output]),
  };
}

const random = seeded(2026);
const any = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** The same for a reader: other case, spaces and punctuation. */
const exactCopy = (text: string): string =>
  any([
    (t: string) => t.toUpperCase(),
    (t: string) => `  ${t} `,
    (t: string) => t.replace(/ /g, '  '),
    (t: string) => `${t.replace(/[?.!]+$/, '')}!`,
    (t: string) => t.toLowerCase(),
    (t: string) => t.normalize('NFD'),
  ])(text);
/** One slip of the pen in a text long enough to stay near: a letter doubled, dropped or swapped. */
function nearCopy(text: string): string {
  const letters = [...text.matchAll(/(?<=[a-z])[a-z](?=[a-z])/g)].map((match) => match.index);
  const at = any(letters.filter((i) => text[i] !== text[i + 1]));
  return any([
    () => text.slice(0, at) + text.slice(at + 1),
    () => text.slice(0, at) + (text[at] ?? '') + text.slice(at),
    () => text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2),
  ])();
}

function plant(): { train: [string, string][]; test: [string, string][]; planted: Map<number, string> } {
  const cleaned = clean();
  const tested = cleaned.test;
  const [written, train] = [cleaned.train.slice(0, 150), cleaned.train.slice(150)];
  const rows = [...cleaned.train];
  const planted = new Map<number, string>();
  const add = (kind: string, row: [string, string]): void => {
    planted.set(rows.length + 2, kind);
    rows.push(row);
  };
  const long = (list: readonly [string, string][]): [string, string][] => list.filter(([text]) => text.length >= 80);
  for (let i = 0; i < 150; i++) {
    const [text, label] = any(train);
    add('duplicate', [exactCopy(text), label]);
    const [leaked, leakedLabel] = any(tested);
    add('leak', [exactCopy(leaked), leakedLabel]);
    const [other, otherLabel] = any(long(train));
    add('nearDuplicate', [nearCopy(other), otherLabel]);
    const [nearLeak, nearLabel] = any(long(tested));
    add('leak', [nearCopy(nearLeak), nearLabel]);
    rows[i] = [`${written[i]?.[0] ?? ''} ${any(['Mail me: ', 'I am ', 'From '])}${any(['kim', 'lee', 'jo'])}${i}@example.com`, written[i]?.[1] ?? ''];
    planted.set(i + 2, 'pii');
    add(
      'invalid',
      any([
        ['', label],
        ['some text', ''],
        ['  ', ' '],
      ] as [string, string][]),
    );
  }
  return { train: rows, test: tested, planted };
}

describe.skipIf(!isThere)(`faults planted in Banking77${isThere ? '' : ' (skipped: set BANKING77_DIR to its folder)'}`, () => {
  it('are found with full recall and precision where exact, and 0.97 where near', () => {
    const { train, test: tested, planted } = plant();
    const prepared = prepareDataset(inputOf([source(csv(train)), test(csv(tested))]));
    const figures: Record<string, { recall: number; precision: number }> = {};
    for (const kind of ['duplicate', 'nearDuplicate', 'leak', 'invalid', 'pii']) {
      const found = new Set(
        prepared.findings
          .filter((finding) => finding.file === 'train.csv' && finding.kind === kind && finding.action !== 'warned')
          .map((finding) => finding.line),
      );
      const expected = [...planted].filter(([, of]) => of === kind).map(([line]) => line);
      const right = expected.filter((line) => found.has(line)).length;
      figures[kind] = { recall: right / expected.length, precision: right / found.size };
    }
    const all = JSON.stringify(figures);
    expect(figures.duplicate, all).toEqual({ recall: 1, precision: 1 });
    expect(figures.invalid, all).toEqual({ recall: 1, precision: 1 });
    for (const kind of ['nearDuplicate', 'leak', 'pii']) {
      expect(figures[kind]?.recall, all).toBeGreaterThanOrEqual(0.97);
      expect(figures[kind]?.precision, all).toBeGreaterThanOrEqual(0.97);
    }
    console.info(all);
  });

  it('wrong labels are most of the most suspicious decile', () => {
    const { train } = clean();
    const labels = [...new Set(train.map(([, label]) => label))].sort();
    const wrong = new Set(Array.from({ length: Math.round(train.length * 0.05) }, () => Math.floor(random() * train.length)));
    const flipped = train.map(([, label], i) => (wrong.has(i) ? any(labels.filter((other) => other !== label)) : label));
    const suspicions = suspectLabels(
      train.map(([text]) => comparisonKey(text)),
      flipped,
    );
    const rightIn = (list: typeof suspicions): number => list.filter(({ index }) => wrong.has(index)).length / list.length;
    const decile = rightIn(suspicions.slice(0, Math.ceil(suspicions.length / 10)));
    const clear = rightIn(suspicions.filter(({ margin }) => margin >= 0.8));
    console.info(
      `suspected wrong labels: precision ${clear.toFixed(3)} of those reported, ${decile.toFixed(3)} in the top decile of ${suspicions.length}`,
    );
    expect(clear).toBeGreaterThanOrEqual(0.75);
  });
});
