/** Runs that are triggered, decided and cancelled while parts die: what a service and a person would do, with the retries they would need. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../../client/index.ts';
import type { RunStatus } from '../../../contracts/api.ts';
import type { Random } from '../../../domain/evaluation/random.ts';
import { oneEpoch, startTiny, tinyRows, tinySpec } from '../../support/tiny-pipeline.ts';
import { until } from '../../support/until.ts';

export interface Trigger {
  readonly key: string;
  /** Every run id that an acknowledgement named; more than one is a violation. */
  readonly runs: readonly string[];
  readonly ended: RunStatus;
}

const minutes = 60_000;
/** Whatever dies meanwhile, an answer comes within this time. */
const patience = 10 * minutes;

/** One run from trigger to end. What happens to it is drawn at once, so that a seed gives the same load. */
export function nextTrigger(client: Client, random: Random, number: number): Promise<Trigger> {
  const plan = {
    rows: 2 + 2 * random.below(3),
    isTuned: random.unit() < 0.4,
    isDoubled: random.unit() < 0.3,
    fate: (['approve', 'approve', 'approve', 'reject', 'cancel'] as const)[random.below(5)] as 'approve' | 'reject' | 'cancel',
    cancelAfterMs: random.below(15_000),
    epochs: 1 + random.below(2),
  };
  return follow(client, number, plan);
}

interface Plan {
  readonly rows: number;
  readonly isTuned: boolean;
  readonly isDoubled: boolean;
  readonly fate: 'approve' | 'reject' | 'cancel';
  readonly cancelAfterMs: number;
  readonly epochs: number;
}

async function follow(client: Client, number: number, plan: Plan): Promise<Trigger> {
  const key = `torture-${number}`;
  const tuned = plan.isTuned ? oneEpoch.map((c) => ({ ...c, hyperparameters: { ...c.hyperparameters, epochs: plan.epochs } })) : [];
  const spec = tinySpec(`torture-${number % 4}`, { candidates: { untuned: ['classical'], tuned }, approval: { timeout: '1h' } });
  const rows = { train: tinyRows(plan.rows, 12), test: tinyRows(7, 12) };
  const start = () => until('a trigger is acknowledged', () => startTiny(client, spec, { idempotencyKey: key, rows }), patience);
  const runs = [...new Set(await Promise.all(plan.isDoubled ? [start(), start()] : [start()]))];
  const run = runs[0] as string;
  if (plan.fate === 'cancel') {
    await pause(plan.cancelAfterMs);
    await untilSettled(client, run, () => client.runs.cancel(run, 'torture', null));
  } else {
    const status = await until('a run asks or ends', () => client.runs.wait(run, { until: (s) => s.state === 'waiting-for-approval' }), patience);
    if (status.state !== 'ended') await decide(client, run, plan.fate, status.decision?.artifact ?? null);
  }
  return { key, runs, ended: await until('a run ends', () => client.runs.wait(run), patience) };
}

const decide = (client: Client, run: string, fate: 'approve' | 'reject', artifact: `sha256:${string}` | null) =>
  untilSettled(client, run, () => client.runs[fate](run, { by: 'torture', artifact, comment: 'by the torture test', requestId: `${run}/${fate}` }));

/** Says it until it was heard: an error may hide that it was. */
async function untilSettled(client: Client, run: string, say: () => Promise<unknown>): Promise<void> {
  await until(
    `${run} has heard it`,
    async () => {
      await say().catch(() => undefined);
      const { state } = await client.runs.status(run);
      return state !== 'running' && state !== 'waiting-for-approval' ? true : pause(1_000).then(() => false);
    },
    patience,
  );
}
