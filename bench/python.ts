/** Runs a measuring script of the benchmarks in a process of its own. */
import { spawnSync } from 'node:child_process';
import { checkoutRoot } from '../workers/setup/paths.ts';

/** The JSON document on the last line of the script's output, or why there is none. */
export function runPython<Result>(python: string, args: readonly string[], report: (line: string) => void): Result | string {
  const run = spawnSync(python, [...args], {
    cwd: checkoutRoot,
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: checkoutRoot, OMP_WAIT_POLICY: 'passive', TOKENIZERS_PARALLELISM: 'false' },
    maxBuffer: 2 ** 26,
    timeout: 7_200_000,
  });
  const lastOf = (text: string | undefined) => text?.trim().split('\n').at(-1) ?? '';
  if (run.status !== 0) return `it could not run: ${lastOf(run.stderr) || (run.error?.message ?? `exit ${run.status}`)}`;
  report(lastOf(run.stdout));
  return JSON.parse(lastOf(run.stdout)) as Result;
}
