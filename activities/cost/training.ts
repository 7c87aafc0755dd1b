/** A training job, bought: reserved under its key before it is submitted, settled from what the provider reports when it has ended. */
import type { TrainingBilling } from '../../contracts/catalogue.ts';
import type { JobStatus } from '../../contracts/run.ts';
import { jobByKey, type JobRow, trainingStartedAt, usualTokensPerSecond } from '../../db/queries/jobs.ts';
import { openSpend, release, settle } from '../../db/queries/spend.ts';
import { trainingCost } from '../../domain/cost/bill.ts';
import type { MicroUsd } from '../../domain/cost/money.ts';
import { speedOf, trainingMs } from '../../domain/cost/estimate/training-time.ts';
import { trainingBilling } from '../../domain/cost/price-book.ts';
import { atMost } from '../../domain/cost/tokens.ts';
import { countTrainingFile } from '../../domain/cost/training-file.ts';
import type { ActivityDeps } from '../deps.ts';
import { counterFor } from './counter.ts';
import { priceFor, reserveMoney } from './reserve.ts';

export interface TrainingPurchase {
  readonly run: string;
  readonly key: string;
  readonly candidate: string;
  readonly provider: string;
  readonly base: string;
  readonly method: string;
  readonly training: Uint8Array;
  readonly validation: Uint8Array;
  readonly epochs: number;
}
/** Kept with the reservation, so that it is settled at the price at which it was bought. */
interface Basis {
  readonly billing: TrainingBilling;
  readonly fileTokens: number;
}

const purposeOf = (key: string): string => `training:${key}`;

/** @throws BudgetExceeded before the provider is called */
export async function reserveTraining(deps: ActivityDeps, purchase: TrainingPurchase): Promise<void> {
  const { run, key, candidate, provider, base } = purchase;
  const price = await priceFor(deps, run, provider, base);
  const billing = price && trainingBilling(price, purchase.method);
  if (!billing || billing.rule === 'free') return;
  const counter = await counterFor(deps, provider, base);
  const fileTokens = atMost(counter, await countTrainingFile(counter, purchase.training));
  const evaluations = (billing.rule === 'per-trained-token' && billing.evaluations) || 0;
  const evaluated = evaluations === 0 ? 0 : evaluations * atMost(counter, await countTrainingFile(counter, purchase.validation));
  const trainedTokens = Math.ceil(fileTokens * purchase.epochs) + evaluated;
  const speed = speedOf(await usualTokensPerSecond(deps.db, provider, base));
  const usage = { fileTokens, trainedTokens, ms: trainingMs(trainedTokens, speed, true) };
  await reserveMoney(deps, {
    run,
    purpose: purposeOf(key),
    kind: 'training',
    label: candidate,
    provider,
    microUsd: trainingCost(billing, usage, 'up'),
    isSharedOnceSettled: true,
    basis: { billing, fileTokens } satisfies Basis,
  });
}

/** Settles an ended job, whichever run has reserved it; does nothing where that was done, or where it cost nothing. */
export async function settleTraining(deps: ActivityDeps, key: string): Promise<void> {
  const [job, open] = [await jobByKey(deps.db, key), await openSpend(deps.db, purposeOf(key))];
  if (!job || !open) return;
  const actual = await actualCost(deps, job, open.basis as Basis, open.reservedMicroUsd);
  await settle(deps.db, purposeOf(key), actual);
}

/** The provider has said a clear no: nothing was begun. */
export const releaseTraining = (deps: ActivityDeps, key: string): Promise<void> => release(deps.db, purposeOf(key));

/** Providers bill what was trained: a job that failed is not billed by the token, one that was cancelled up to where it came. */
async function actualCost(deps: ActivityDeps, job: JobRow, { billing, fileTokens }: Basis, reserved: MicroUsd): Promise<MicroUsd> {
  const status = job.status as JobStatus;
  if (billing.rule === 'per-trained-token') {
    if (status === 'failed') return 0;
    // A provider that does not say how much it trained is taken at what was reserved: never less than its bill.
    if (job.trainedTokens === null) return reserved;
  }
  const startedAt = (await trainingStartedAt(deps.db, job.key)) ?? job.submittedAt ?? job.createdAt;
  const ms = Math.max(0, (job.endedAt ?? new Date()).getTime() - startedAt.getTime());
  return trainingCost(billing, { fileTokens, trainedTokens: job.trainedTokens ?? 0, ms }, 'nearest');
}
