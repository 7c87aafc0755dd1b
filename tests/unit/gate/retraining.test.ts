import { describe, expect, test } from 'vitest';
import { decideGate } from '../../../domain/gate/decide-gate.ts';
import type { GateArm, GateInput } from '../../../domain/gate/gate-input.ts';
import { arm, input, prediction, target } from './arms.ts';

/** Rows that no test row shares its id with. */
const onFresh = (name: string, n: number, isRight: (row: number) => boolean): GateArm => ({
  name,
  artifact: `sha256:${name}`,
  predictions: Array.from({ length: n }, (_, i) => ({ ...prediction(i, isRight(i)), row: `new.csv:${i + 2}` })),
});

const nineOfTen = (row: number) => row % 10 > 0;
const sevenOfTen = (row: number) => row % 10 > 2;
const eightOfTen = (row: number) => row % 10 > 1;

interface Story {
  readonly freshRows: number;
  readonly frozenRows?: number;
  readonly onFrozen?: (row: number) => boolean;
  readonly candidateOnFresh?: (row: number) => boolean;
  readonly championOnFresh?: (row: number) => boolean;
}

function retrained(story: Story, change: Partial<GateInput> = {}) {
  const { freshRows, frozenRows = 600, onFrozen = nineOfTen, candidateOnFresh = nineOfTen, championOnFresh = sevenOfTen } = story;
  const candidate = arm('retrained', 600, onFrozen);
  const champion = target('champion', 600, nineOfTen, 'champion');
  return decideGate(
    input(candidate, [champion], {
      retraining: {
        fresh: {
          n: freshRows,
          candidate: onFresh('retrained', freshRows, candidateOnFresh),
          champion: onFresh('champion', freshRows, championOnFresh),
          groups: {},
        },
        frozen: candidate.predictions.slice(0, frozenRows).map((p) => p.row),
        margin: 0.03,
      },
      ...change,
    }),
  ).document;
}

describe('a retrained candidate', () => {
  test('is promoted when it is better on fresh rows and no worse on the frozen ones', () => {
    const { decision, comparisons, retraining, reasons } = retrained({ freshRows: 200 });
    expect(decision).toBe('promote');
    expect(comparisons).toHaveLength(1);
    expect(comparisons[0]?.difference.value).toBeCloseTo(0.2);
    expect(retraining).toMatchObject({ fresh: 200, frozen: 600, margin: 0.03, gain: { value: expect.closeTo(0.2) }, kept: { value: 0 } });
    expect(reasons[0]).toContain("On 200 labelled rows fresher than the champion's dataset");
  });

  test('is rejected when it forgot what the champion could, however good it is on fresh rows', () => {
    const { decision, reasons } = retrained({ freshRows: 200, onFrozen: eightOfTen });
    expect(decision).toBe('reject');
    expect(reasons.join(' ')).toContain('more is lost than 3 %');
  });

  test('is rejected when a gain on fresh rows is ruled out', () => {
    expect(retrained({ freshRows: 300, candidateOnFresh: sevenOfTen, championOnFresh: nineOfTen }).decision).toBe('reject');
  });

  test('that is as good as the champion on too few rows to tell is inconclusive, with the fresh rows that it takes', () => {
    const { decision, rowsNeeded, reasons } = retrained({
      freshRows: 40,
      candidateOnFresh: (row) => row % 10 > 1 || row === 0,
      championOnFresh: eightOfTen,
    });
    expect(decision).toBe('inconclusive');
    expect(rowsNeeded).toBeGreaterThan(40);
    expect(reasons).toContain(`${rowsNeeded} fresh labelled rows could tell.`);
    expect(reasons.join(' ')).not.toContain('A test of');
  });

  test.each([1, 29])('with %i fresh rows is inconclusive and asks for 30', (freshRows) => {
    const { decision, rowsNeeded, reasons } = retrained({ freshRows });
    expect({ decision, rowsNeeded }).toEqual({ decision: 'inconclusive', rowsNeeded: 30 });
    expect(reasons[0]).toContain(`${freshRows} labelled row`);
  });

  test('is inconclusive when fewer than 30 rows of the frozen test set are left', () => {
    expect(retrained({ freshRows: 200, frozenRows: 12 })).toMatchObject({ decision: 'inconclusive', rowsNeeded: null });
  });

  test('that comes out as the champion itself, because its few new rows were held out, is inconclusive and spends nothing', () => {
    const champion = target('champion', 100, nineOfTen, 'champion');
    const fresh = { n: 12, candidate: onFresh('champion', 0, nineOfTen), champion: onFresh('champion', 0, nineOfTen), groups: {} };
    const result = decideGate(
      input({ ...arm('retrained', 100, nineOfTen), artifact: champion.artifact }, [champion], { retraining: { fresh, frozen: ['x'], margin: 0.03 } }),
    );
    expect(result.document).toMatchObject({ decision: 'inconclusive', rowsNeeded: 30 });
    expect(result.spendsLook).toBe(false);
  });

  test('must still beat the best untuned arm, on the test set', () => {
    const untuned = target('classical', 600, nineOfTen);
    const candidate = arm('retrained', 600, nineOfTen);
    const champion = target('champion', 600, nineOfTen, 'champion');
    const fresh = { n: 200, candidate: onFresh('retrained', 200, nineOfTen), champion: onFresh('champion', 200, sevenOfTen), groups: {} };
    const retraining = { fresh, frozen: candidate.predictions.map((p) => p.row), margin: 0.03 };
    expect(decideGate(input(candidate, [champion, untuned], { retraining })).document.decision).toBe('reject');
  });
});
