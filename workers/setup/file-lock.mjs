// Plain JavaScript, because cli/tunegate.mjs takes this lock before anything is installed. Types stand in file-lock.d.mts.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const breakerExpiresMs = 10_000;

export async function withFileLock(path, task, options = {}) {
  let told = false;
  for (;;) {
    const holder = tryFileLock(path);
    if (holder === null) break;
    if (!told) options.onWait?.(holder);
    told = true;
    await delay(50);
  }
  try {
    return await task();
  } finally {
    releaseFileLock(path);
  }
}

export function tryFileLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  if (create(path, `${process.pid} ${startMark(process.pid)}`)) return null;
  const holder = liveHolder(path);
  if (holder !== null) return holder;
  breakStale(path);
  return create(path, `${process.pid} ${startMark(process.pid)}`) ? null : (liveHolder(path) ?? 0);
}

export function releaseFileLock(path) {
  rmSync(path, { force: true });
}

export function startMark(pid) {
  try {
    // Field 22 counts from the boot; the state `Z` is a process that has ended and waits to be collected.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : `${bootId()}/${fields[19]}`;
  } catch {
    if (process.platform === 'linux') return null;
  }
  const listed = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const [, state, began] = /^\s*(\S+)\s+(.*\S)/.exec(listed.stdout ?? '') ?? [];
  return state === undefined || state.startsWith('Z') ? null : began;
}

function bootId() {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function create(path, content) {
  try {
    writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The holder's process id; null when it is gone. A file still being written counts as held for a moment. */
function liveHolder(path) {
  try {
    const content = readFileSync(path, 'utf8');
    const [pid, ...mark] = content.split(' ');
    if (mark.length === 0) return Date.now() - statSync(path).mtimeMs < breakerExpiresMs ? 0 : null;
    return startMark(Number(pid)) === mark.join(' ') ? Number(pid) : null;
  } catch {
    return null;
  }
}

/** Two waiters must not each remove what they think is stale: the second would remove the first one's new lock. */
function breakStale(path) {
  const breaker = `${path}.break`;
  if (!create(breaker, '')) {
    const age = statSync(breaker, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - age > breakerExpiresMs) rmSync(breaker, { force: true });
    return;
  }
  if (liveHolder(path) === null) rmSync(path, { force: true });
  rmSync(breaker, { force: true });
}
