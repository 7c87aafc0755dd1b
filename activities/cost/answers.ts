/** Answers of a model, bought: their most likely price is reserved before the first is asked, what they used is settled after the last. */
import type { InferenceBilling } from '../../contracts/catalogue.ts';
import { settle, type SpendKind } from '../../db/queries/spend.ts';
import { baseOfModel } from '../../db/queries/jobs.ts';
import { inferenceCost } from '../../domain/cost/bill.ts';
import type { MicroUsd } from '../../domain/cost/money.ts';
import { answerBilling } from '../../domain/cost/price-book.ts';
import { atMost, sum as total, type TokenCounter } from '../../domain/cost/tokens.ts';
import type { CompletionRequest } from '../../providers/provider.ts';
import type { ActivityDeps } from '../deps.ts';
import { counterFor } from './counter.ts';
import { priceFor, reserveMoney } from './reserve.ts';

export interface AnswerPurchase {
  readonly run: string;
  readonly purpose: string;
  readonly kind: SpendKind;
  readonly label: string;
  readonly provider: string;
  /** The model asked: a base, or the name that a provider gave to a tuned one. */
  readonly model: string;
  readonly isTuned: boolean;
}
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}
export interface BoughtAnswers {
  /** What the answers cost at the provider's price, whoever paid. */
  costOf(usage: readonly Usage[], ms: number): MicroUsd;
  settle(microUsd: MicroUsd): Promise<void>;
}

const noCost: BoughtAnswers = { costOf: () => 0, settle: async () => {} };
/** Own machines: what is reserved for one answer until its real time is known. */
const assumedMsPerAnswer = 1_000;

/** @throws BudgetExceeded before anything is asked */
export async function buyAnswers(deps: ActivityDeps, purchase: AnswerPurchase, requests: readonly CompletionRequest[]): Promise<BoughtAnswers> {
  const { run, purpose, kind, label, provider } = purchase;
  const tunedFrom = await baseOfModel(deps.db, provider, purchase.model);
  const base = tunedFrom ?? purchase.model;
  const price = await priceFor(deps, run, provider, base);
  const billing = price && answerBilling(price, purchase.isTuned || tunedFrom !== null);
  if (!billing || isFree(billing)) return noCost;
  const isBatch = deps.providers(provider).capabilities.batch;
  const counter = await counterFor(deps, provider, base);
  const usage = {
    inputTokens: atMost(counter, total(await counter.conversations(requests.map((r) => r.messages)))),
    outputTokens: await mostAnswerTokens(requests, counter),
    isBatch,
    ms: requests.length * assumedMsPerAnswer,
  };
  if (requests.length > 0)
    await reserveMoney(deps, { run, purpose, kind, label, provider, microUsd: inferenceCost(billing, usage, 'up'), isSharedOnceSettled: isBatch });
  return {
    costOf: (used, ms) => {
      const sum = (pick: (u: Usage) => number) => used.reduce((total, u) => total + pick(u), 0);
      return inferenceCost(
        billing,
        { inputTokens: sum((u) => u.promptTokens), outputTokens: sum((u) => u.completionTokens), isBatch, ms },
        'nearest',
      );
    },
    settle: (microUsd) => settle(deps.db, purpose, microUsd),
  };
}

/** A label with its quotes, where answers are labels; else all that the request allows. */
async function mostAnswerTokens(requests: readonly CompletionRequest[], counter: TokenCounter): Promise<number> {
  const labels = [...new Set(requests.flatMap((r) => r.labels ?? []))];
  const counts = await counter.texts(labels.map((label) => JSON.stringify(label)));
  const tokensOf = new Map(labels.map((label, i) => [label, atMost(counter, counts[i] ?? 0) + 1]));
  const most = (r: CompletionRequest) => (r.labels ? Math.min(r.maxTokens, Math.max(...r.labels.map((l) => tokensOf.get(l) ?? 0))) : r.maxTokens);
  return requests.reduce((sum, r) => sum + most(r), 0);
}

const isFree = (billing: InferenceBilling): boolean =>
  [billing.usdPerMillionInput, billing.usdPerMillionOutput, billing.usdPerHour ?? '0'].every((usd) => Number(usd) === 0);
