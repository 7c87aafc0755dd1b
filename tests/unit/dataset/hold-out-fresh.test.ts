import { describe, expect, it } from 'vitest';
import { comparisonKey } from '../../../domain/dataset/comparison-key.ts';
import { freezeDataset } from '../../../domain/dataset/freeze.ts';
import { type PreparedDataset, prepareDataset } from '../../../domain/dataset/prepare.ts';
import { csv, inputOf, randomRows, source, test } from './make-prepared.ts';

const keysOf = (rows: readonly { input: string }[]) => new Set(rows.map((row) => comparisonKey(row.input)));
const championOf = ({ train, validation, test: tested, fresh }: PreparedDataset) => ({
  known: keysOf([...train, ...validation, ...tested, ...fresh]),
  heldOut: keysOf(fresh),
});

const old = randomRows(200, 3);
const tested = randomRows(60, 5);
const prepare = (rows: [string, string][], champion: PreparedDataset | null, testRows = tested, dataset = {}) =>
  prepareDataset({ ...inputOf([source(csv(rows)), test(csv(testRows))], dataset), champion: champion && championOf(champion) });
const first = prepare(old, null);

describe('rows that the champion does not have', () => {
  const second = prepare([...old, ...randomRows(400, 4)], first);

  it('are held out of training: the share of the test set, and the rest is learned from', () => {
    expect(second.fresh).toHaveLength(60);
    const known = championOf(first).known;
    expect(second.fresh.filter((row) => known.has(comparisonKey(row.input)))).toEqual([]);
    const held = keysOf(second.fresh);
    expect([...second.train, ...second.validation, ...second.test].filter((row) => held.has(comparisonKey(row.input)))).toEqual([]);
    expect(second.train.length).toBeGreaterThan(first.train.length);
  });

  it('count as kept, so that rows read are rows kept and rows dropped', () => {
    const kept = second.train.length + second.validation.length + second.test.length + second.fresh.length;
    expect(kept + Object.values(second.dropped).reduce((a, b) => a + b, 0)).toBe(second.read);
  });

  it('are held out to 30 where their share is smaller', () => {
    expect(prepare([...old, ...randomRows(50, 4)], first).fresh).toHaveLength(30);
  });

  it('are all held out where they are fewer than 30, so that nothing is trained that cannot be judged', () => {
    const few = prepare([...old, ...randomRows(12, 4)], first);
    expect(few.fresh).toHaveLength(12);
    expect(few.train).toEqual(first.train);
  });

  it('count first where they stand in the test file', () => {
    const more = prepare([...old, ...randomRows(100, 4)], first, [...tested, ...randomRows(20, 6)]);
    expect(more.test).toHaveLength(80);
    expect(more.fresh).toHaveLength(10);
  });

  it('stay held out in later runs on the same content, and are learned from once there are enough newer ones', () => {
    const rows = [...old, ...randomRows(400, 4)];
    const again = prepare(rows, second);
    expect(freezeDataset(again).hash).toBe(freezeDataset(second).hash);
    const third = prepare([...rows, ...randomRows(400, 8)], second);
    const trained = keysOf([...third.train, ...third.validation]);
    expect(second.fresh.every((row) => trained.has(comparisonKey(row.input)))).toBe(true);
  });

  it('are never the last of a label, and their groups stay whole', () => {
    const grouped = csv(
      [...old.map(([text, label], i) => [text, label, `old-${i}`]), ...randomRows(80, 4).map(([text, label], i) => [text, label, `new-${i % 8}`])],
      ['text', 'label', 'thread'],
    );
    const { fresh, train, validation } = prepareDataset({
      ...inputOf([source(`${grouped}\nnever seen before in any file,novel,alone`), test(csv(tested))], { split: { groupBy: 'thread' } }),
      champion: championOf(first),
    });
    const held = new Set(fresh.map((row) => row.group));
    expect(fresh.length).toBeGreaterThanOrEqual(30);
    expect([...train, ...validation].filter((row) => held.has(row.group))).toEqual([]);
    expect(train.map((row) => row.output)).toContain('novel');
  });

  it('change nothing where there is no champion', () => {
    expect(first.fresh).toEqual([]);
    expect(freezeDataset(first).manifest.rows).not.toHaveProperty('fresh');
  });
});
