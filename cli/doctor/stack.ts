import { partNames } from '../../workers/stack/part.ts';
import { logPath } from '../../workers/stack/logs.ts';
import { isPartAlive, readStack } from '../../workers/stack/state.ts';
import type { Check } from './examine.ts';

/** Each process of this home, and whether the server answers. */
export async function stackChecks(home: string): Promise<Check[]> {
  const stack = readStack(home);
  if (!stack) return [{ name: 'stack', state: 'absent', found: 'nothing runs here', remedy: 'start it with: npx tunegate start' }];
  const parts = partNames
    .filter((name) => stack.parts[name] !== undefined)
    .map((name): Check => {
      const isAlive = isPartAlive(stack, name);
      return {
        name,
        state: isAlive ? 'ok' : 'wrong',
        found: isAlive ? `runs as process ${stack.parts[name]?.pid}` : 'has died',
        remedy: isAlive ? null : `bring it back with: npx tunegate start; its log: ${logPath(home, name)}`,
      };
    });
  return [...parts, ...(stack.urls.api && isPartAlive(stack, 'server') ? [await answers(stack.urls.api, home)] : [])];
}

async function answers(url: string, home: string): Promise<Check> {
  const isOk = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) }).then(
    (r) => r.ok,
    () => false,
  );
  return {
    name: 'API',
    state: isOk ? 'ok' : 'wrong',
    found: isOk ? `answers at ${url}` : `does not answer at ${url}`,
    remedy: isOk ? null : `see ${logPath(home, 'server')}, then: npx tunegate start`,
  };
}
