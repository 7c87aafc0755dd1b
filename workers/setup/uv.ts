import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TunegateError } from '../../contracts/errors.ts';
import { answers, findOnPath, firstExecutable } from './executables.ts';
import { withFileLock } from './file-lock.mjs';
import { toolsFolder } from './paths.ts';
import { type Log, setupError, tryStep } from './run-step.ts';

const oldestPython = 'import sys; sys.exit(sys.version_info < (3, 10))';
const ownFolder = join(toolsFolder, 'uv');
const ownUv = join(ownFolder, 'bin', 'uv');

/** The path of `uv`, which makes the Python environments. Found on this machine, else installed under the checkout by whatever Python there is. */
export async function ensureUv(log: Log): Promise<string> {
  return findUv() ?? (await withFileLock(`${ownFolder}.lock`, async () => findUv() ?? (await installUv(log))));
}

function findUv(): string | null {
  const usual = firstExecutable([
    ownUv,
    join(homedir(), '.local/bin/uv'),
    join(homedir(), '.cargo/bin/uv'),
    '/opt/homebrew/bin/uv',
    '/usr/local/bin/uv',
  ]);
  const onPath = findOnPath('uv');
  return [onPath, usual].find((path) => path !== null && answers(path, '--version')) ?? null;
}

async function installUv(log: Log): Promise<string> {
  const python = findPython();
  if (python === null) throw noPython();
  log('Installing uv, which sets up the Python parts (about 20 MB) …');
  // pip follows the user's own index settings; where there is no pip, as in a bare Debian, a script of the standard library fetches the same wheel.
  const byPip = await tryStep('uv', [python, '-m', 'pip', 'install', '--quiet', '--upgrade', '--target', ownFolder, 'uv'], log);
  if (byPip.ok && answers(ownUv, '--version')) return ownUv;
  const script = fileURLToPath(new URL('./fetch-uv.py', import.meta.url));
  const byScript = await tryStep('uv', [python, script, ownFolder], log);
  if (byScript.ok && answers(ownUv, '--version')) return ownUv;
  const error = setupError('uv could not be installed', `${byPip.output}\n${byScript.output}`, ownFolder);
  throw new TunegateError(error.code, error.message, {
    where: ownFolder,
    remedy: `${error.remedy ?? ''}; or install uv yourself: https://docs.astral.sh/uv`,
  });
}

/** A Python that is new enough, or null. */
export function findPython(): string | null {
  const names = ['python3', 'python', ...[14, 13, 12, 11, 10].map((minor) => `python3.${minor}`)];
  return names.map(findOnPath).find((path) => path !== null && answers(path, '-c', oldestPython)) ?? null;
}

export function noPython(): TunegateError {
  return new TunegateError('setup_failed', 'no Python 3.10 or newer was found', {
    where: 'PATH',
    remedy:
      'install one, e.g. `apt install python3` or https://www.python.org/downloads, or install uv (https://docs.astral.sh/uv), which brings its own',
  });
}
