/** `npm test [-- FILTER …]`: every test of the project, in Node and Python. The last line is `N passed, N failed`. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkoutRoot, trainerPython } from '../workers/setup/paths.ts';
import { ensureTemporal } from '../workers/setup/temporal.ts';
import { ensureTrainer } from '../workers/setup/trainer.ts';
import { type Counts, countJunit, countVitest, nothing, summary, total } from './support/counts.ts';

const filters = process.argv.slice(2);
const words = filters.filter((argument) => !argument.startsWith('-'));
const isOneProject = filters.some((argument) => argument.startsWith('--project'));
const reports = mkdtempSync(join(tmpdir(), 'tunegate-report-'));
const pytestLog = join(reports, 'pytest.log');

async function main(): Promise<number> {
  try {
    await Promise.all([ensureTrainer(), ensureTemporal()]);
  } catch (error) {
    process.stdout.write(`The tests could not be set up: ${error instanceof Error ? error.message : String(error)}\n`);
    process.stdout.write(`${summary({ ...nothing, failed: 1 })}\n`);
    return 1;
  }
  // Side by side: the one waits on servers while the other computes.
  const counts = total(await Promise.all([runVitest(), isOneProject ? nothing : runPytest()]));
  if (existsSync(pytestLog)) process.stdout.write(readFileSync(pytestLog));
  if (counts.passed + counts.failed === 0) process.stdout.write('No test fits the filter.\n');
  process.stdout.write(`${summary(counts)}\n`);
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

async function runVitest(): Promise<Counts> {
  const report = join(reports, 'vitest.json');
  const vitest = join(checkoutRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const code = await run(process.execPath, [
    vitest,
    'run',
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...filters,
  ]);
  const counts = existsSync(report) ? countVitest(readFileSync(report, 'utf8')) : nothing;
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function runPytest(): Promise<Counts> {
  const folder = join(checkoutRoot, 'trainer', 'tests');
  const isEmpty = !existsSync(folder) || !readdirSync(folder).some((name) => name.startsWith('test_'));
  if (isEmpty) return nothing;
  const report = join(reports, 'pytest.xml');
  const chosen = words.length > 0 ? ['-k', words.join(' or ')] : [];
  const code = await run(
    trainerPython,
    ['-m', 'pytest', 'trainer/tests', '-q', '-p', 'no:cacheprovider', `--junitxml=${report}`, ...chosen],
    openSync(pytestLog, 'w'),
  );
  const nothingChosen = 5;
  const counts = existsSync(report) ? countJunit(readFileSync(report, 'utf8')) : nothing;
  return code !== 0 && code !== nothingChosen && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function run(program: string, args: readonly string[], output: number | 'inherit' = 'inherit'): Promise<number> {
  return new Promise((done) => {
    const child = spawn(program, args, { cwd: checkoutRoot, stdio: ['ignore', output, output] });
    child.on('error', () => done(1));
    child.on('close', (code) => done(code ?? 1));
  });
}

process.exitCode = await main().finally(() => rmSync(reports, { recursive: true, force: true }));
