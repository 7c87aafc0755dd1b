import { type TokenCounter, tokenCounter } from '../../domain/cost/tokens.ts';
import type { ActivityDeps } from '../deps.ts';

/** The counter for a base at a provider: its own tokenizer where it is public and the trainer can reach it. */
export function counterFor(deps: Pick<ActivityDeps, 'providers' | 'cost'>, provider: string, base: string): Promise<TokenCounter> {
  const tokenizer = deps.cost.prices.find(provider, base)?.tokenizer ?? null;
  return tokenCounter(tokenizer, { base, count: async (model, request) => (await deps.providers('local').countTokens?.(model, request)) ?? [] });
}
