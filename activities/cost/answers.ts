/** Answers of a model, bought: their most likely price is reserved before the first is asked, what they used is settled after the last. */
import type { InferenceBilling } from '../../contracts/catalogue.ts';
import { settle, type SpendKind } from '../../db/queries/spend.ts';
import { baseOfModel } from '../../db/queries/jobs.ts';
import { inferenceCost } from '../../domain/cost/bill.ts';
import type { MicroUsd } from '../../domain/cost/money.ts';
import { answerBilling } from '../../domain/cost/price-book.ts';
import { atMost, chatTokens, tokenCounter } from '../../domain/cost/tokens.ts';
import type { CompletionRequest } from '../../providers/provider.ts';
import type { ActivityDeps } from '../deps.ts';
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
  const counter = await tokenCounter(deps.cost.prices.find(provider, base)?.tokenizer ?? null);
  const usage = {
    inputTokens: atMost(
      counter,
      requests.reduce((sum, r) => sum + chatTokens(counter, r.messages), 0),
    ),
    outputTokens: requests.reduce((sum, r) => sum + mostAnswerTokens(r, (text) => atMost(counter, counter.count(text))), 0),
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
const mostAnswerTokens = (request: CompletionRequest, count: (text: string) => number): number =>
  request.labels ? Math.min(request.maxTokens, Math.max(...request.labels.map((label) => count(JSON.stringify(label)))) + 1) : request.maxTokens;

const isFree = (billing: InferenceBilling): boolean =>
  [billing.usdPerMillionInput, billing.usdPerMillionOutput, billing.usdPerHour ?? '0'].every((usd) => Number(usd) === 0);
