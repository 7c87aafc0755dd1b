import { setTimeout as pause } from 'node:timers/promises';
import { ProviderError } from './provider.ts';
import type { Patience } from './row.ts';

export type Readiness = { readonly state: 'ready' } | { readonly state: 'waiting' } | { readonly state: 'failed'; readonly reason: string };

/**
 * Looks until something at a service is ready.
 *
 * @throws ProviderError `never` when the service gave it up, `retry` when it takes longer than our patience
 */
export async function waitUntilReady(
  at: { readonly provider: string; readonly what: string; readonly patience: Patience; readonly signal?: AbortSignal | undefined },
  look: () => Promise<Readiness>,
): Promise<void> {
  const deadline = Date.now() + at.patience.readyMs;
  for (;;) {
    const now = await look();
    if (now.state === 'ready') return;
    if (now.state === 'failed') throw new ProviderError(at.provider, 'never', `${at.provider}: ${at.what} failed: ${now.reason}`);
    if (Date.now() > deadline) throw new ProviderError(at.provider, 'retry', `${at.provider}: ${at.what} is still being processed`);
    await pause(at.patience.pollMs, undefined, { signal: at.signal });
  }
}
