import { describe, expect, test } from 'vitest';
import { type Occasion, shouldRetrain } from '../../../domain/monitoring/should-retrain.ts';

const day = 86_400_000;
const nowMs = Date.parse('2026-11-27T00:00:00Z');
const feature = { name: 'answers' as const, psi: 0.4, chance: 0.1, p: 0.001, isDrifted: true };
const calm: Occasion = {
  settings: { onDrift: true, onNewRows: 500, beforeRetirement: '30d', cooldown: '1d' },
  drift: { features: [{ ...feature, isDrifted: false }], note: null },
  agreement: null,
  newRows: 499,
  shutdown: '2027-03-01',
  nowMs,
  lastRunMs: nowMs - 2 * day,
  isRunning: false,
};
const answer = (change: Partial<Occasion>) => shouldRetrain({ ...calm, ...change });

describe('a retraining run', () => {
  test('is not due while nothing has happened', () => {
    expect(answer({})).toEqual({ start: false, reasons: [], heldBack: null });
  });

  test.each([
    ['drift', { drift: { features: [feature], note: null } }, 'drifted: answers (PSI 0.40)'],
    [
      'less agreement',
      {
        agreement: {
          against: 'classical',
          test: { n: 100, agreed: 90, share: 0.9 },
          sample: { n: 100, agreed: 60, share: 0.6 },
          p: 0,
          hasDropped: true,
        },
      },
      'agrees with classical on 60 %',
    ],
    ['new rows', { newRows: 500 }, '500 rows'],
    ['a retirement that is near', { shutdown: '2026-12-20' }, 'stops answering on 2026-12-20'],
  ] satisfies [string, Partial<Occasion>, string][])('is due on %s', (_, change, said) => {
    const { start, reasons } = answer(change);
    expect(start).toBe(true);
    expect(reasons.join()).toContain(said);
  });

  test('is due only on the occasions that the file names', () => {
    const settings = { onDrift: false, cooldown: '1d' };
    expect(answer({ settings, drift: { features: [feature], note: null }, newRows: 10_000, shutdown: '2026-11-28' }).start).toBe(false);
  });

  test('waits while another runs, and until the last one is long enough ago', () => {
    expect(answer({ newRows: 500, isRunning: true })).toMatchObject({ start: false, heldBack: 'a run of this pipeline is under way' });
    expect(answer({ newRows: 500, lastRunMs: nowMs - day / 2 })).toMatchObject({ start: false, heldBack: 'the last run began less than 1d ago' });
    expect(answer({ newRows: 500, lastRunMs: null }).start).toBe(true);
  });
});
