import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../../domain/dataset/check-document.ts';
import { comparisonKey } from '../../../domain/dataset/comparison-key.ts';
import { freezeDataset } from '../../../domain/dataset/freeze.ts';
import { NearIndex } from '../../../domain/dataset/near-index.ts';
import { prepareDataset } from '../../../domain/dataset/prepare.ts';
import type { PreparedDataset } from '../../../domain/dataset/prepare.ts';
import { csv, inputOf, randomRows, seeded, source, test } from './make-prepared.ts';

const kept = (prepared: PreparedDataset): number => prepared.train.length + prepared.validation.length + prepared.test.length;
const droppedIn = (prepared: PreparedDataset): number => Object.values(prepared.dropped).reduce((a, b) => a + b, 0);

/** Rows with every kind of mess, made from a seed. */
function messy(seed: number): [string, string][] {
  const random = seeded(seed);
  const rows = randomRows(200, seed);
  const pick = (): [string, string] => rows[Math.floor(random() * rows.length)] ?? ['', ''];
  const mess: (() => [string, string])[] = [
    () => pick(),
    () => ['', 'a'],
    () => ['', ''],
    () => [pick()[0].toUpperCase().replace(/ /g, '  '), 'b'],
    () => [`${pick()[0]} x`, 'c'],
    () => [`write to p${Math.floor(random() * 99)}@example.org about ${pick()[0]}`, 'a'],
  ];
  for (let i = 0; i < 120; i++) rows.splice(Math.floor(random() * rows.length), 0, (mess[i % mess.length] ?? pick)());
  return rows;
}

const small = randomRows(60, 20);
const [trainRows, testRows] = [small.slice(0, 48), small.slice(48)];

describe('a prepared dataset', () => {
  it.each([1, 2, 3, 4, 5, 6])('keeps or drops every row that was read, and its hash depends on nothing else (seed %i)', (seed) => {
    const rows = messy(seed);
    const files = [source(csv(rows.slice(0, 150)), 'b.csv'), source(csv(rows.slice(150, 250)), 'a.csv'), test(csv(rows.slice(250)))];
    for (const pii of ['redact', 'reject', 'allow'] as const) {
      const prepared = prepareDataset(inputOf(files, { pii }));
      expect(kept(prepared) + droppedIn(prepared)).toBe(prepared.read);
      expect(prepared.read).toBe(320);
      const dropped = prepared.findings.filter((finding) => finding.action === 'dropped');
      expect(dropped.length).toBe(droppedIn(prepared));
      const again = prepareDataset(inputOf([...files].reverse(), { pii }));
      expect(checkDocument(again)).toEqual(checkDocument(prepared));
    }
  });

  it.each([7, 8, 9])('has no test row, exact or near, on another side, nor twins across training and validation (seed %i)', (seed) => {
    const rows = messy(seed);
    for (const files of [[source(csv(rows))], [source(csv(rows.slice(0, 200))), test(csv(rows.slice(200)))]]) {
      const prepared = prepareDataset(inputOf(files));
      const index = new NearIndex(0.8, 10);
      prepared.test.forEach((row, i) => {
        index.add(i, comparisonKey(row.input));
      });
      for (const row of [...prepared.validation, ...prepared.train]) {
        expect(index.nearest(comparisonKey(row.input)), row.input).toBeNull();
        index.add(0, comparisonKey(row.input));
      }
    }
  });

  it('names the place of each finding and of its twin, and the place of each row', () => {
    const prepared = prepareDataset(
      inputOf([
        source(csv([...trainRows, [trainRows[3]?.[0] ?? '', trainRows[3]?.[1] ?? ''], [`${testRows[2]?.[0] ?? ''}!`, 'a']])),
        test(csv(testRows)),
      ]),
    );
    expect(prepared.findings.find((finding) => finding.kind === 'duplicate')).toMatchObject({
      file: 'train.csv',
      line: 50,
      other: { file: 'train.csv', line: 5 },
      action: 'dropped',
    });
    expect(prepared.findings.find((finding) => finding.kind === 'leak')).toMatchObject({
      file: 'train.csv',
      line: 51,
      other: { file: 'test.csv', line: 4 },
      action: 'dropped',
    });
    for (const row of prepared.train) expect(trainRows[row.line - 2]?.[0]).toBe(row.input);
  });

  it('reports progress that ends at the number of rows', () => {
    const steps = new Set<string>();
    prepareDataset(inputOf([source(csv(small))]), ({ step, done, total }) => {
      steps.add(step);
      expect(done).toBeLessThanOrEqual(total);
    });
    expect(steps.size).toBeGreaterThanOrEqual(3);
  });

  it('has a document with every key', () => {
    const document = checkDocument(prepareDataset(inputOf([source(csv(small))])));
    expect(Object.keys(document)).toEqual(['hash', 'rows', 'dropped', 'redacted', 'synthetic', 'findings']);
    expect(document.hash).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it("changes its hash with a row, a label, a setting, and not with the name of the pipeline's other parts", () => {
    const base = freezeDataset(prepareDataset(inputOf([source(csv(small))])));
    const other = (rows: [string, string][], dataset = {}): string => freezeDataset(prepareDataset(inputOf([source(csv(rows))], dataset))).hash;
    expect(other(small)).toBe(base.hash);
    expect(other(small.map(([text, label], i): [string, string] => [text, i === 0 ? 'c' : label]))).not.toBe(base.hash);
    expect(other(small, { nearDuplicate: 0.9 })).not.toBe(base.hash);
    expect(other(small, { split: { seed: 8 } })).not.toBe(base.hash);
  });
});

describe('duplicates', () => {
  it('are the same in case, white space, punctuation and Unicode form; the first stays', () => {
    const rows: [string, string][] = [
      ...trainRows,
      ['Where is my caf\u00e9 bike?', 'a'],
      ['where  is my cafe\u0301 BIKE', 'a'],
      ['Where is my \uff43af\u00e9 bike\u200b!', 'a'],
    ];
    const prepared = prepareDataset(inputOf([source(csv(rows)), test(csv(testRows))]));
    expect(prepared.dropped).toMatchObject({ duplicate: 2, nearDuplicate: 0, leak: 0 });
    expect(prepared.findings.map((finding) => finding.line)).toEqual([51, 52]);
  });

  it('with another label are dropped too, and the row that stays is put in doubt', () => {
    const prepared = prepareDataset(inputOf([source(csv([...trainRows, [trainRows[0]?.[0] ?? '', 'b']])), test(csv(testRows))]));
    expect(prepared.findings.find((finding) => finding.kind === 'label')).toMatchObject({ line: 2, other: { line: 50 }, action: 'warned' });
    expect(prepared.dropped.duplicate).toBe(1);
  });

  it('do not count symbols that carry meaning as punctuation', () => {
    const rows: [string, string][] = [...trainRows, ['Why was I charged \u00a35', 'a'], ['Why was I charged $5', 'a']];
    expect(prepareDataset(inputOf([source(csv(rows)), test(csv(testRows))])).dropped.duplicate).toBe(0);
  });

  it('of free text need the same answer as well', () => {
    const rows: [string, string][] = [
      ...trainRows.map(([text, label], i): [string, string] => [text, `${label} answer ${i}`]),
      ['hello there', 'good morning'],
      ['Hello there', 'what can I do for you'],
      ['hello there', 'Good morning'],
    ];
    const prepared = prepareDataset(inputOf([source(csv(rows)), test(csv(testRows))], {}, { type: 'generation' }));
    expect(prepared.dropped.duplicate).toBe(1);
  });

  it('within the test are dropped only where they are exact; near ones are named and stay', () => {
    const [text, label] = testRows[0] ?? ['', ''];
    const prepared = prepareDataset(inputOf([source(csv(trainRows)), test(csv([...testRows, [text, label], [`${text} x`, label]]))]));
    expect(prepared.test.length).toBe(testRows.length + 1);
    expect(prepared.findings.filter((finding) => finding.file === 'test.csv').map((finding) => [finding.kind, finding.line, finding.action])).toEqual(
      [
        ['duplicate', 14, 'dropped'],
        ['nearDuplicate', 15, 'warned'],
      ],
    );
  });
});

describe('the leak rule', () => {
  it('drops the training side, exact and near', () => {
    const leaked = testRows.slice(0, 3).map(([text, label]): [string, string] => [`${text} x`, label]);
    const prepared = prepareDataset(inputOf([source(csv([...trainRows, ...leaked, ...testRows.slice(3, 5)])), test(csv(testRows))]));
    expect(prepared.dropped.leak).toBe(5);
    expect(prepared.test.length).toBe(testRows.length);
  });

  it('drops rows of a source that is tested', () => {
    const grouped = (rows: [string, string][], group: (i: number) => string): string =>
      csv(
        rows.map(([text, label], i) => [text, label, group(i)]),
        ['text', 'label', 'thread'],
      );
    const files = [source(grouped(trainRows, (i) => `t${i % 8}`)), test(grouped(testRows, (i) => (i === 0 ? 't3' : `u${i}`)))];
    const prepared = prepareDataset(inputOf(files, { split: { groupBy: 'thread' } }));
    expect(prepared.dropped.leak).toBe(6);
    expect(prepared.train.some((row) => row.group === 't3')).toBe(false);
  });

  it('drops a long row that contains a test question', () => {
    const passage = (seed: number): string =>
      randomRows(2, seed)
        .map(([text]) => text)
        .join(' ');
    const long = `${passage(77)} ${passage(78)} ${passage(79)}`;
    const prepared = prepareDataset(inputOf([source(csv([...trainRows, [long, 'a']])), test(csv([[passage(78), 'a'], ...testRows]))]));
    expect(prepared.findings.some((finding) => finding.kind === 'leak' && finding.line === 50 && finding.message.includes('word runs'))).toBe(true);
  });

  it('keeps a frozen test set as it is, even where its rows still stand in the source', () => {
    const first = prepareDataset(inputOf([source(csv(small))]));
    const grown = csv([...small, ...randomRows(30, 99)]);
    const second = prepareDataset({ ...inputOf([source(grown)]), frozenTest: first.test });
    expect(second.test).toEqual(first.test);
    expect(second.dropped.leak).toBe(0);
    expect(second.read).toBe(90);
    expect(kept(second) + droppedIn(second)).toBe(90);
  });
});

describe('private data', () => {
  const rows: [string, string][] = [...trainRows, ['write to eva@example.com about eva@example.com and tom@example.com', 'a']];
  const inTest: [string, string][] = [...testRows, ['please call +44 20 7946 0381 at noon', 'b']];
  const files = [source(csv(rows)), test(csv(inTest))];

  it('is replaced, with the same placeholder for the same value', () => {
    const prepared = prepareDataset(inputOf(files));
    expect(prepared.redacted).toBe(2);
    expect([...prepared.train, ...prepared.validation].map((row) => row.input)).toContain('write to [EMAIL_1] about [EMAIL_1] and [EMAIL_2]');
    expect(prepared.test.at(-1)?.input).toBe('please call [PHONE_1] at noon');
  });

  it('makes a row go where it is rejected, except in the test, which stays whole', () => {
    const prepared = prepareDataset(inputOf(files, { pii: 'reject' }));
    expect(prepared.dropped.pii).toBe(1);
    expect(prepared.test.length).toBe(inTest.length);
    expect(JSON.stringify(prepared.test)).not.toContain('7946');
  });

  it('is only named where it is allowed', () => {
    const prepared = prepareDataset(inputOf(files, { pii: 'allow' }));
    expect([
      prepared.redacted,
      prepared.dropped.pii,
      prepared.findings.filter((finding) => finding.kind === 'pii').map((finding) => finding.action),
    ]).toEqual([0, 0, ['warned', 'warned']]);
  });

  it('does not stand in group names', () => {
    const grouped = small.map(([text, label], i) => [text, label, `p${i % 20}@example.org`]);
    const prepared = prepareDataset(inputOf([source(csv(grouped, ['text', 'label', 'customer']))], { split: { groupBy: 'customer' } }));
    expect(prepared.train.every((row) => row.group?.startsWith('sha256:'))).toBe(true);
  });
});

describe('the split', () => {
  const rows = randomRows(400, 30, ['a', 'a', 'a', 'b', 'b', 'c']);

  it('gives each label its share on each side', () => {
    const prepared = prepareDataset(inputOf([source(csv(rows))]));
    for (const label of ['a', 'b', 'c']) {
      const { train, validation, test: tested } = prepared.balance[label] ?? { train: 0, validation: 0, test: 0 };
      const all = train + validation + tested;
      expect(Math.abs(tested - all * 0.15)).toBeLessThanOrEqual(1);
      expect(Math.abs(validation - all * 0.15)).toBeLessThanOrEqual(1);
    }
  });

  it('takes 15 % of the rest for validation beside a test file', () => {
    const prepared = prepareDataset(inputOf([source(csv(rows)), test(csv(testRows))]));
    expect(prepared.validation.length / (prepared.train.length + prepared.validation.length)).toBeCloseTo(0.15, 2);
  });

  it('keeps groups whole', () => {
    const grouped = rows.map(([text, label], i) => [text, label, `g${i % 40}`]);
    const prepared = prepareDataset(inputOf([source(csv(grouped, ['text', 'label', 'thread']))], { split: { groupBy: 'thread' } }));
    const sides = [prepared.train, prepared.validation, prepared.test].map((side) => new Set(side.map((row) => row.group)));
    for (const group of sides[0] ?? []) expect(sides[1]?.has(group) || sides[2]?.has(group)).toBe(false);
    for (const group of sides[1] ?? []) expect(sides[2]?.has(group)).toBe(false);
    expect(prepared.test.length).toBeGreaterThan(20);
  });

  it('does not move a row when others are added', () => {
    const before = new Set(prepareDataset(inputOf([source(csv(rows))])).test.map((row) => row.input));
    const after = new Set(prepareDataset(inputOf([source(csv([...randomRows(20, 31, ['a', 'b', 'c']), ...rows]))])).test.map((row) => row.input));
    expect([...before].filter((text) => after.has(text)).length / before.size).toBeGreaterThan(0.9);
  });

  it('weighs the labels so that each counts the same', () => {
    const prepared = prepareDataset(inputOf([source(csv(rows))], { weights: 'balanced' }));
    const total = (label: string): number => prepared.train.filter((row) => row.output === label).reduce((sum, row) => sum + row.weight, 0);
    expect(total('a')).toBeCloseTo(prepared.train.length / 3, 9);
    expect(total('c')).toBeCloseTo(total('a'), 9);
    expect(new Set(prepared.test.map((row) => row.weight))).toEqual(new Set([1]));
  });

  it('warns of labels that are tested and never trained, look misspelt, or stand alone', () => {
    const prepared = prepareDataset(
      inputOf(
        [
          source(
            csv([...randomRows(200, 40, ['delivery_status', 'refund']), ['one strange text', 'delivery_statsu'], ['another odd message', 'lonely']]),
          ),
          test(csv([...testRows.map(([text]): [string, string] => [text, 'refund']), ['never seen before', 'new']])),
        ],
        { split: { train: 0.99, validation: 0.01, test: 0 } },
      ),
    );
    const messages = prepared.findings.map((finding) => finding.message).join('\n');
    expect(messages).toContain("the label 'new' is tested but has no training row");
    expect(messages).toContain("is it 'delivery_status'?");
    expect(messages).toContain("the label 'lonely' has one training row");
    expect(prepared.labels).toEqual(['delivery_statsu', 'delivery_status', 'lonely', 'new', 'refund']);
  });
});
