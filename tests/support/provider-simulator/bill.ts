/** The provider's own bill: what it would charge for, kept apart from anything that we write down. */

/** US dollars per million tokens, and per hour of a deployment. */
export interface SimulatedPrices {
  readonly training: number;
  readonly input: number;
  readonly output: number;
  readonly batchShare: number;
  readonly hour: number;
}
export const usualPrices: SimulatedPrices = { training: 0.48, input: 0.2, output: 0.6, batchShare: 0.5, hour: 3.99 };

export interface BillLine {
  readonly kind: 'training' | 'answers' | 'hosting';
  /** The job, model or deployment. */
  readonly of: string;
  readonly tokens: number;
  readonly microUsd: number;
}
export interface Bill {
  readonly lines: readonly BillLine[];
  trained(job: string, tokens: number): void;
  answered(model: string, usage: { readonly promptTokens: number; readonly completionTokens: number }, isBatch: boolean): void;
  stood(deployment: string, ms: number): void;
  /** Micro-dollars of one kind, or of all. */
  total(kind?: BillLine['kind']): number;
}

export function createBill(prices: SimulatedPrices): Bill {
  const lines: BillLine[] = [];
  return {
    lines,
    // Dollars per million are micro-dollars per token.
    trained: (job, tokens) => void lines.push({ kind: 'training', of: job, tokens, microUsd: Math.round(tokens * prices.training) }),
    answered: (model, { promptTokens, completionTokens }, isBatch) => {
      const share = isBatch ? prices.batchShare : 1;
      const microUsd = (promptTokens * prices.input + completionTokens * prices.output) * share;
      lines.push({ kind: 'answers', of: model, tokens: promptTokens + completionTokens, microUsd });
    },
    stood: (deployment, ms) => void lines.push({ kind: 'hosting', of: deployment, tokens: 0, microUsd: (prices.hour * 1e6 * ms) / 3_600_000 }),
    total: (kind) => lines.reduce((sum, line) => sum + (kind === undefined || line.kind === kind ? line.microUsd : 0), 0),
  };
}
