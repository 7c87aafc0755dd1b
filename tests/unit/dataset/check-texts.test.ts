import { describe, expect, it } from 'vitest';
import { languageDetector } from '../../../domain/dataset/detect-language.ts';
import { prepareDataset, type PrepareInput } from '../../../domain/dataset/prepare.ts';
import { csv, inputOf, randomRows, source } from './make-prepared.ts';

const good = randomRows(60, 9);
const warned = (rows: readonly (readonly string[])[], limits: PrepareInput['limits'], kind: string) =>
  prepareDataset({ ...inputOf([source(csv(rows))], { licence: 'MIT', nearDuplicate: 1 }), ...(limits ? { limits } : {}) })
    .findings.filter((finding) => finding.kind === kind)
    .map(({ line, message, action }) => ({ line, message, action }));
const none = { tokens: null, detectLanguage: null };

describe('texts', () => {
  it('that are longer than what a candidate is trained on are named with their tokens', () => {
    const rows = [...good, [`${'another long word '.repeat(40)}`, 'a']];
    expect(warned(rows, { ...none, tokens: { most: 100, candidate: 'lora-tiny' } }, 'length')).toEqual([
      { line: 62, action: 'warned', message: expect.stringMatching(/about 1\d\d tokens, and lora-tiny is trained on 100/) as string },
      { line: 62, action: 'warned', message: expect.stringMatching(/720 characters|719 characters/) as string },
    ]);
    expect(warned(good, { ...none, tokens: { most: 100, candidate: 'lora-tiny' } }, 'length')).toEqual([]);
  });

  it('that end together at a length where exports cut are named as cut off', () => {
    const long = randomRows(120, 4).map(
      ([text, label]) => [`${text} ${text} ${text}`.slice(0, 128).trim().padEnd(128, 'x'), label] as [string, string],
    );
    const found = warned([...good, ...long.slice(0, 30)], none, 'length');
    expect(found).toHaveLength(30);
    expect(found[0]?.message).toMatch(/exactly 128 characters, as 30 rows do/);
  });

  it('in another language than almost all are named, and a dataset of two languages is not', async () => {
    const detectLanguage = await languageDetector();
    const english = Array.from({ length: 30 }, (_, i) => [
      `I would like to know when my order number ${i * 71} will arrive, it has been ${i + 2} days since I paid for it`,
      i % 2 ? 'a' : 'b',
    ]);
    const german = ['Ich möchte gerne wissen, wann meine Bestellung endlich bei mir ankommt, ich warte schon lange', 'a'];
    expect(warned([...english, german], { ...none, detectLanguage }, 'language')).toEqual([
      { line: 32, action: 'warned', message: expect.stringMatching(/seems to be in 'de', and \d+ % of the rows are in 'en'/) as string },
    ]);
    const many = Array.from({ length: 15 }, (_, i) => [`${german[0]} auf Nummer ${i * 977}`, i % 2 ? 'a' : 'b']);
    expect(warned([...english, ...many], { ...none, detectLanguage }, 'language')).toEqual([]);
  });

  it('under no licence are warned of once', () => {
    const { findings } = prepareDataset(inputOf([source(csv(good))], { licence: 'unknown' }));
    expect(findings.filter(({ kind }) => kind === 'licence')).toHaveLength(1);
    expect(warned(good, none, 'licence')).toEqual([]);
  });
});

describe('findings', () => {
  const rows = [...good, ...good.slice(0, 9)];

  it('stop the run where they are more than the pipeline file allows', () => {
    expect(() => prepareDataset(inputOf([source(csv(rows))], { stopAt: { duplicate: 0.1 } }))).toThrow(
      expect.objectContaining({
        code: 'too_many_findings',
        where: 'train.csv:62',
        message: expect.stringMatching(/9 of 69 rows \(13 %\)/) as string,
      }) as Error,
    );
    expect(prepareDataset(inputOf([source(csv(rows))], { stopAt: { duplicate: 0.2, pii: 0 } })).dropped.duplicate).toBe(9);
  });
});

describe('names of a list', () => {
  it('are redacted as whole words in any case, the same person with the same placeholder', () => {
    const text = 'Ask Ada Lovelace or Grace; ADA LOVELACE\u2019s adaptor went to Grace-Marie';
    const {
      train,
      validation,
      test: held,
    } = prepareDataset(inputOf([source(csv([...good, [text, 'a']]))], { names: ['Ada Lovelace', 'Grace'], licence: 'MIT' }));
    expect([...train, ...validation, ...held].find(({ line }) => line === 62)?.input).toBe(
      'Ask [NAME_1] or [NAME_2]; [NAME_1]\u2019s adaptor went to Grace-Marie',
    );
  });
});

describe('a split by time', () => {
  it('tests on the newest rows, validates on those before, and keeps groups together', () => {
    const dated = good.map(([text, label], i) => [text, label, new Date(Date.UTC(2026, 0, 1 + ((i * 7) % 60))).toISOString().slice(0, 10)]);
    const prepared = prepareDataset(inputOf([source(csv(dated, ['text', 'label', 'day']))], { split: { timeBy: 'day' } }));
    const days = (rows: readonly { line: number }[]) => rows.map(({ line }) => dated[line - 2]?.[2] ?? '').sort();
    expect(days(prepared.test)).toHaveLength(9);
    expect((days(prepared.train).at(-1) ?? '') < (days(prepared.validation)[0] ?? '')).toBe(true);
    expect((days(prepared.validation).at(-1) ?? '') < (days(prepared.test)[0] ?? '')).toBe(true);
  });
});
