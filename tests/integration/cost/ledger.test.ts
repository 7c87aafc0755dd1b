import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenDatabase, openDatabase } from '../../../db/database.ts';
import { migrate } from '../../../db/migrate.ts';
import { extendBudget } from '../../../db/queries/budgets.ts';
import { type DayCeilings, type Purchase, release, reserve, settle, spendOfPurpose, spentByRun } from '../../../db/queries/spend.ts';
import { endRun } from '../../../db/queries/run-end.ts';
import { openRun } from '../../../db/queries/runs.ts';
import { ownStack } from '../../support/own-stack.ts';
import { startRealPostgres } from '../../support/real-postgres.ts';

const noCeilings: DayCeilings = { day: null, pipelineDay: null };
const noon = new Date('2026-11-22T12:00:00Z');
const hash = 'a'.repeat(64);

const databases = {
  PGlite: async () => {
    const own = await ownStack(['postgres']);
    const { databaseUrl } = await own.start();
    return { url: databaseUrl, end: own.end };
  },
  Postgres: async () => {
    const server = await startRealPostgres();
    return { url: server.url, end: server.close };
  },
};

describe.each(Object.entries(databases))('the ledger of spend on %s', (_, begin) => {
  let opened: OpenDatabase;
  let end: () => Promise<void>;
  let runsOpened = 0;
  beforeAll(async () => {
    const server = await begin();
    end = server.end;
    await migrate(server.url);
    opened = openDatabase(server.url, { max: 10 });
  });
  afterAll(async () => {
    await opened?.close();
    await end?.();
  });

  const newRun = async (budgetMicroUsd: number | null, name = `run-${runsOpened++}`) =>
    (
      await openRun(opened.db, {
        name,
        specHash: hash,
        specRef: `sha256:${hash}`,
        sources: { files: {}, baseDir: null },
        idempotencyKey: null,
        requestedBy: 'test',
        budgetMicroUsd,
      })
    ).run;
  const purchase = (run: string, purpose: string, microUsd: number): Purchase => ({
    run,
    purpose,
    kind: 'evaluation',
    label: purpose,
    provider: 'acme',
    microUsd,
    isSharedOnceSettled: false,
  });
  const buy = (p: Purchase, ceilings = noCeilings, now = noon) => reserve(opened.db, p, ceilings, now);
  const finish = (run: string) => endRun(opened.db, run, 'cancelled', null, { gatewayUrl: '', keyFile: '' });

  test('a step that is repeated reserves once and settles once; the first settlement stands', async () => {
    const run = await newRun(10_000);
    const step = purchase(run, `${run}/once`, 4_000);
    expect(await buy(step)).toEqual({ status: 'reserved' });
    expect(await buy(step)).toEqual({ status: 'reserved' });
    expect(await spentByRun(opened.db, run)).toBe(4_000);
    await settle(opened.db, step.purpose, 3_500);
    await settle(opened.db, step.purpose, 9_999);
    expect(await buy(step)).toEqual({ status: 'paid' });
    expect(await spentByRun(opened.db, run)).toBe(3_500);
  });

  test('the step that would pass the budget is refused and leaves no trace; an extension lets it begin, each message once', async () => {
    const run = await newRun(10_000);
    await buy(purchase(run, `${run}/a`, 6_000));
    const step = purchase(run, `${run}/b`, 5_000);
    expect(await buy(step)).toEqual({ status: 'refused', limit: 'budget', limitMicroUsd: 10_000, takenMicroUsd: 6_000 });
    expect(await spendOfPurpose(opened.db, step.purpose)).toEqual([]);
    const extension = { run, messageId: 'm1', by: 'ada', addMicroUsd: 1_000 };
    expect(await extendBudget(opened.db, extension)).toBe(true);
    expect(await extendBudget(opened.db, extension)).toBe(false);
    expect(await buy(step)).toEqual({ status: 'reserved' });
    expect((await buy(purchase(run, `${run}/c`, 1))).status).toBe('refused');
  });

  test('a budget that is not there cannot be extended', async () => {
    await expect(extendBudget(opened.db, { run: await newRun(null), messageId: 'm', by: 'ada', addMicroUsd: 1 })).rejects.toThrow(/has no budget/);
  });

  test('of many reservations at once, as many fit as the budget holds', async () => {
    const run = await newRun(10_000);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => buy(purchase(run, `${run}/${i}`, 1_500))));
    expect(answers.filter((a) => a.status === 'reserved')).toHaveLength(6);
    expect(await spentByRun(opened.db, run)).toBe(9_000);
  });

  test('a refused step gives its reservation back', async () => {
    const run = await newRun(10_000);
    const step = purchase(run, `${run}/refused`, 10_000);
    await buy(step);
    await release(opened.db, step.purpose);
    expect(await buy(purchase(run, `${run}/other`, 10_000))).toEqual({ status: 'reserved' });
  });

  test('two runs that need the same thing pay for it once; after a run that died without settling, the next pays for its own attempt', async () => {
    const [first, second, third] = [await newRun(null), await newRun(null), await newRun(null)];
    const purpose = `${first}/shared`;
    expect(await buy(purchase(first, purpose, 500))).toEqual({ status: 'reserved' });
    expect(await buy(purchase(second, purpose, 500))).toEqual({ status: 'paid' });
    await finish(first);
    expect(await buy(purchase(third, purpose, 500))).toEqual({ status: 'reserved' });
    await settle(opened.db, purpose, 400);
    expect((await spendOfPurpose(opened.db, purpose)).map((r) => [r.run, r.settledMicroUsd])).toEqual([
      [first, null],
      [third, 400],
    ]);
    expect(await spentByRun(opened.db, second)).toBe(0);
  });

  test("a day's ceilings hold over all runs and over a pipeline's own, and are free again the next day", async () => {
    const day = new Date('2027-03-01T23:59:00Z');
    const [a, b] = [await newRun(null, 'daily'), await newRun(null, 'daily')];
    const ceilings = { day: 10_000, pipelineDay: 6_000 };
    await buy(purchase(a, `${a}/day`, 4_000), ceilings, day);
    expect(await buy(purchase(b, `${b}/day`, 4_000), ceilings, day)).toMatchObject({
      status: 'refused',
      limit: 'pipeline-day',
      takenMicroUsd: 4_000,
    });
    const other = await newRun(null);
    expect(await buy(purchase(other, `${other}/day`, 6_001), { ...ceilings, pipelineDay: null }, day)).toMatchObject({ limit: 'day' });
    expect(await buy(purchase(b, `${b}/day`, 4_000), ceilings, new Date('2027-03-02T00:01:00Z'))).toEqual({ status: 'reserved' });
  });

  test('over any sequence of steps, retries and settlements, no budget is passed by reservations and every purpose is counted once', async () => {
    const step = fc.record({ purpose: fc.integer({ min: 0, max: 6 }), amount: fc.integer({ min: 0, max: 4_000 }), settles: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.integer({ min: 0, max: 12_000 }), async (steps, budget) => {
        const run = await newRun(budget);
        const model = new Map<number, number>();
        for (const { purpose, amount, settles } of steps) {
          const before = [...model.values()].reduce((a, b) => a + b, 0);
          const answer = await buy(purchase(run, `${run}/${purpose}`, amount));
          if (model.has(purpose)) expect(answer.status).not.toBe('refused');
          else if (before + amount > budget) expect(answer.status).toBe('refused');
          else {
            expect(answer.status).toBe('reserved');
            model.set(purpose, amount);
          }
          // Actual usage stays within what was reserved.
          if (settles && answer.status === 'reserved') {
            const actual = Math.floor((model.get(purpose) ?? 0) / 2);
            await settle(opened.db, `${run}/${purpose}`, actual);
            model.set(purpose, actual);
          }
          expect(await spentByRun(opened.db, run)).toBe([...model.values()].reduce((a, b) => a + b, 0));
        }
        expect(await spentByRun(opened.db, run)).toBeLessThanOrEqual(budget);
      }),
      { numRuns: 25, seed: 7 },
    );
  });
});
