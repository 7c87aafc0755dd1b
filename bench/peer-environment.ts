/** A Python environment for peers under the tools folder: installed by the benchmark, never by the product. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolsFolder } from '../workers/setup/paths.ts';
import { ensureUv } from '../workers/setup/uv.ts';

/** The environment's Python, with exactly these requirements; throws with the installer's last words. */
export async function peerEnvironment(name: string, requirements: readonly string[], report: (line: string) => void): Promise<string> {
  const folder = join(toolsFolder, `bench-${name}`);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const marker = join(folder, '.requirements');
  const wanted = requirements.join('\n');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return python;
  const uv = await ensureUv(report);
  report(`installing ${requirements.join(', ')} for the comparison`);
  for (const step of [
    ['venv', '--quiet', '--clear', folder],
    ['pip', 'install', '--quiet', '--python', python, ...requirements],
  ]) {
    const run = spawnSync(uv, step, { encoding: 'utf8', timeout: 1_200_000 });
    if (run.status !== 0) throw new Error(run.stderr?.trim().split('\n').at(-1) ?? run.error?.message ?? 'no reason given');
  }
  writeFileSync(marker, wanted);
  return python;
}
