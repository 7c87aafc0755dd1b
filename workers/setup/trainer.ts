import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answers, findOnPath, firstExecutable } from './executables.ts';
import { withFileLock } from './file-lock.mjs';
import { checkoutRoot, toolsFolder, trainerPython } from './paths.ts';
import { type Log, logToStderr, runStep, tryStep } from './run-step.ts';
import { ensureUv, findPython, noPython } from './uv.ts';

const environment = join(checkoutRoot, 'trainer', '.venv');
const marker = join(environment, '.tunegate-lock');
const cpuIndex = 'https://download.pytorch.org/whl/cpu/torch/';
const probeMs = 5_000;

/** Which build of PyTorch: `cpu` needs no GPU libraries, `default` is what the package index has (on Linux with CUDA). */
type Build = 'cpu' | 'default';
const lockFiles = { cpu: 'requirements-cpu.lock', default: 'requirements.lock' } as const satisfies Record<Build, string>;
const sizes = { cpu: 'about 0.6 GB to download, 1.5 GB on disk', default: 'about 3 GB to download, 5.5 GB on disk' } as const satisfies Record<
  Build,
  string
>;

/** The trainer's Python, with exactly the locked packages. Milliseconds when it is there; else it says how much it downloads. */
export async function ensureTrainer(log: Log = logToStderr): Promise<string> {
  if (isInstalled()) return trainerPython;
  const onWait = () => log('Another process sets up the trainer; waiting for it …');
  await withFileLock(join(toolsFolder, 'trainer.lock'), async () => (isInstalled() ? undefined : install(log)), { onWait });
  return trainerPython;
}

function isInstalled(): boolean {
  if (firstExecutable([trainerPython]) === null || !existsSync(marker)) return false;
  const installed = readFileSync(marker, 'utf8');
  return installed === markOf('cpu') || installed === markOf('default');
}

function markOf(build: Build): string {
  const lock = readFileSync(join(checkoutRoot, 'trainer', lockFiles[build]));
  return `${build} ${createHash('sha256').update(lock).digest('hex')}`;
}

async function install(log: Log): Promise<void> {
  const uv = await ensureUv(log);
  const build = await chooseBuild();
  if (firstExecutable([trainerPython]) === null || !answers(trainerPython, '--version')) await makeEnvironment(uv, log);
  log(`Installing the trainer with ${build === 'cpu' ? 'the CPU build of ' : ''}PyTorch: ${sizes[build]}, once …`);
  const began = Date.now();
  const lock = join(checkoutRoot, 'trainer', lockFiles[build]);
  const index = build === 'cpu' ? ['--torch-backend', 'cpu'] : [];
  await runStep('installing the trainer', [uv, 'pip', 'sync', '--python', trainerPython, ...index, lock], log, {
    cwd: join(checkoutRoot, 'trainer'),
  });
  await writeFile(marker, markOf(build));
  log(`The trainer is installed (${Math.round((Date.now() - began) / 1000)} s).`);
}

async function makeEnvironment(uv: string, log: Log): Promise<void> {
  const python = findPython();
  // Without a Python of its own the machine still gets one, where uv can download it.
  const made = await tryStep('Python environment', [uv, 'venv', '--quiet', '--clear', '--python', python ?? '>=3.10,<3.15', environment], log);
  if (made.ok) return;
  if (python === null) throw noPython();
  await runStep('Python environment', [uv, 'venv', '--clear', '--python', '>=3.10,<3.15', environment], log);
}

/** `TUNEGATE_TORCH=cpu|default` decides; else a GPU asks for the default build, and the CPU build is taken where its index can be reached. */
async function chooseBuild(): Promise<Build> {
  const asked = process.env.TUNEGATE_TORCH;
  if (asked === 'cpu' || asked === 'default') return asked;
  if (process.platform !== 'linux' || findOnPath('nvidia-smi') !== null) return 'default';
  const reached = await fetch(cpuIndex, { method: 'HEAD', signal: AbortSignal.timeout(probeMs) }).then(
    (response) => response.ok,
    () => false,
  );
  return reached ? 'cpu' : 'default';
}
