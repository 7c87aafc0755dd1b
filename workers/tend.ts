import { tendDeployments } from '../activities/deployment/take-down.ts';
import type { ActivityDeps } from '../activities/deps.ts';

const everyMs = 60_000;

/**
 * Deployments run up a bill while nobody calls anything: once a minute the ledger is brought up to now, and what nobody needs is taken down. A time
 * missed is made up by the next, since both follow from what is written down; several workers may do it at once.
 */
export function tendEveryMinute(deps: ActivityDeps): () => void {
  let isTending = false;
  const tend = async () => {
    if (isTending) return;
    isTending = true;
    await tendDeployments(deps).catch((error: unknown) => {
      process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), message: 'deployments were not tended', error: String(error) })}\n`);
    });
    isTending = false;
  };
  const timer = setInterval(tend, everyMs);
  return () => clearInterval(timer);
}
