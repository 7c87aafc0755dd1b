import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { TunegateError } from '../../contracts/errors.ts';

const host = '127.0.0.1';
const firstSpare = 7302;
const tries = 400;
const releaseMs = 3_000;

export async function isPortFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => done(true)));
  });
}

/**
 * As `isPortFree`, but a killed process is given a moment: the system closes its sockets after it has reported the end.
 * A port that another program is seen to hold is not waited for.
 */
export async function becomesFree(port: number): Promise<boolean> {
  const deadline = Date.now() + releaseMs;
  while (!(await isPortFree(port))) {
    if (Date.now() > deadline || holderOf(port) !== null) return false;
    await delay(25);
  }
  return true;
}

/**
 * Some free port, for tests, which run beside each other. From below the range that systems take for outgoing connections:
 * one of those could hold the port at the moment when a killed part wants it back.
 */
export async function anyPort(): Promise<number> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const port = randomInt(15_000, 32_000);
    if (await isPortFree(port)) return port;
  }
  throw new TunegateError('port_in_use', 'no free port was found', { where: host, remedy: 'stop something that listens there' });
}

/** The first free of `wanted`, then of those from 7302 on, leaving out `taken`. */
export async function nextFreePort(wanted: readonly number[], taken: ReadonlySet<number>): Promise<number> {
  for (const port of [...wanted, ...Array.from({ length: tries }, (_, i) => firstSpare + i)]) {
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
  throw new TunegateError('port_in_use', `no free port between ${firstSpare} and ${firstSpare + tries}`, {
    where: host,
    remedy: 'stop something that listens there',
  });
}

/** For a port that was asked for by name and is held by somebody else. */
export function portInUse(port: number, variable: string): TunegateError {
  const holder = holderOf(port);
  return new TunegateError('port_in_use', `port ${port} is in use${holder ? ` by ${holder}` : ''}`, {
    where: `${variable}=${port}`,
    remedy: `stop what listens there, or set ${variable} to another port, or leave it out to take the next free one`,
  });
}

/** `name (process 123)` of what listens on a port, where this user may see it. */
export function holderOf(port: number): string | null {
  const pid = process.platform === 'linux' ? pidByProc(port) : pidByLsof(port);
  if (pid === null) return null;
  return `${commandOf(pid)} (process ${pid})`;
}

function pidByProc(port: number): number | null {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const listening = '0A';
  const sockets = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readOrEmpty(table).split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(`:${hex}`) && fields[3] === listening) sockets.add(`socket:[${fields[9]}]`);
    }
  }
  const holds = (pid: string) => listOrEmpty(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOrEmpty(`/proc/${pid}/fd/${fd}`)));
  const found =
    sockets.size === 0
      ? undefined
      : listOrEmpty('/proc')
          .filter((name) => /^\d+$/.test(name))
          .find(holds);
  return found === undefined ? null : Number(found);
}

function pidByLsof(port: number): number | null {
  try {
    return (
      Number(
        execFileSync('lsof', ['-t', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split(
          '\n',
        )[0],
      ) || null
    );
  } catch {
    return null;
  }
}

function commandOf(pid: number): string {
  if (process.platform === 'linux') return readOrEmpty(`/proc/${pid}/comm`).trim() || 'a program';
  try {
    return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return 'a program';
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function listOrEmpty(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function linkOrEmpty(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
