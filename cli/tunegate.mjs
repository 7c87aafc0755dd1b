#!/usr/bin/env node
// The entry of every command. It needs nothing but Node, installs what is missing, and hands over to TypeScript in the same process.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withFileLock } from '../workers/setup/file-lock.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const neededNode = [20, 19];
const marker = join(root, 'node_modules', '.tunegate-lock');

function fail(code, message, remedy) {
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify({ error: { code, message, where: root, remedy } })}\n`);
  else process.stderr.write(`${message}\n  ${remedy}\n`);
  process.exit(1);
}

function isNodeNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > neededNode[0] || (major === neededNode[0] && minor >= neededNode[1]);
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** True when npm's own record of what is installed has every version that the lock file asks for. */
function isInstalledAsLocked() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(
      ([path, entry]) => !path.startsWith('node_modules/') || entry.optional || entry.peer || entry.link || present[path]?.version === entry.version,
    );
  } catch {
    return false;
  }
}

const markerIsRight = () => existsSync(marker) && readFileSync(marker, 'utf8') === lockHash();

function npm(args) {
  return new Promise((done) => {
    const child = spawn('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said += chunk;
      });
    child.on('error', (error) => done({ ok: false, said: String(error) }));
    child.on('close', (code) => done({ ok: code === 0, said }));
  });
}

async function install() {
  if (markerIsRight()) return;
  if (!isInstalledAsLocked()) {
    const began = Date.now();
    process.stderr.write('Installing the Node packages (about 400 MB, once) …\n');
    const ticking = setInterval(() => process.stderr.write(`  … ${Math.round((Date.now() - began) / 1000)} s\n`), 10_000);
    // `npm ci` would delete the folder under a running stack, so it is only used where there is none yet.
    const isFresh = !existsSync(join(root, 'node_modules', '.package-lock.json'));
    let result = await npm([isFresh ? 'ci' : 'install']);
    if (!result.ok && isFresh) result = await npm(['install']);
    clearInterval(ticking);
    if (!result.ok) fail('setup_failed', `npm could not install the packages:\n${result.said.trim()}`, installRemedy(result.said));
    process.stderr.write(`Installed in ${Math.round((Date.now() - began) / 1000)} s.\n`);
  }
  writeFileSync(marker, lockHash());
}

function installRemedy(said) {
  if (/ENOSPC/.test(said)) return 'The disk is full: free about 1 GB and run the command again.';
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|network/i.test(said))
    return 'The npm registry was not reached: check the network (npm config get registry) and run the command again.';
  if (/ENOENT/.test(said)) return 'npm was not found: it comes with Node.js, https://nodejs.org.';
  return 'Run `npm ci` in the folder above to see more.';
}

if (!isNodeNewEnough()) {
  fail(
    'setup_failed',
    `Tunegate needs Node.js ${neededNode.join('.')} or newer; this is ${process.versions.node}.`,
    'Install a current version from https://nodejs.org.',
  );
}
if (!markerIsRight()) {
  await withFileLock(join(root, '.install.lock'), install, {
    onWait: () => process.stderr.write('Another process is installing the packages; waiting for it …\n'),
  });
}

const [verb, file, ...rest] = process.argv.slice(2);
const main = verb === 'exec' ? resolve(root, file ?? '') : join(root, 'cli', 'main.ts');
process.argv = [process.execPath, main, ...(verb === 'exec' ? rest : process.argv.slice(2))];
await import(pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href);
await import(pathToFileURL(main).href);
