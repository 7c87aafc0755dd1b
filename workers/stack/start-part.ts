import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ErrorCode, TunegateError } from '../../contracts/errors.ts';
import { logPath, logTail, openLog } from './logs.ts';
import type { Addresses, Command, Part, PartName, Ports } from './part.ts';
import { anyPort, becomesFree } from './ports.ts';
import { endLeftovers, endProcess, isAlive, spawnDetached } from './processes.ts';
import type { PartRecord } from './state.ts';

export type PartState = 'joined' | 'starting' | 'restarting' | 'ready';

export interface StartPartOptions {
  readonly home: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly program: string;
  readonly previous: PartRecord | null;
  readonly ports: Ports;
  readonly addresses: () => Promise<Addresses>;
  /** Called as soon as the process exists, so that a killed start leaves nothing unknown behind. */
  readonly onRecord: (record: PartRecord) => Promise<void>;
  readonly onProgress: (state: PartState) => void;
  /** False where the port was asked for by name. */
  readonly mayMove: boolean;
}

const joinDeadlineMs = 20_000;
const pollMs = 50;
const portAttempts = 3;

const codes: Readonly<Record<PartName, ErrorCode>> = {
  postgres: 'database_unavailable',
  temporal: 'temporal_unavailable',
  trainer: 'trainer_unavailable',
  server: 'setup_failed',
  worker: 'setup_failed',
};

/** Joins the process if it runs, does the right thing and answers; else ends it and starts a new one. Returns once it answers. */
export async function startPart(part: Part, options: StartPartOptions): Promise<{ wasStarted: boolean }> {
  const { previous } = options;
  if (previous && isAlive(previous)) {
    const isCurrent =
      previous.version === versionOf(part, await commandOf(part, options, options.ports)) && areSettingsKept(previous, options.environment);
    if (isCurrent && (await becomesHealthy(part, previous, options, joinDeadlineMs))) {
      options.onProgress('joined');
      return { wasStarted: false };
    }
    await endProcess(previous, part.graceMs);
  }
  options.onProgress(previous ? 'restarting' : 'starting');
  await endLeftovers(options.home, part.name);
  let ports = options.ports;
  await Promise.all(Object.values(ports).map(becomesFree));
  for (let attempt = 1; ; attempt++) {
    const failure = await launch(part, options, ports);
    if (failure === null) break;
    const isPortTaken = /EADDRINUSE|address already in use|port_in_use/i.test(failure);
    if (!isPortTaken || !options.mayMove || attempt === portAttempts) throw couldNotStart(part, options.home, failure);
    ports = Object.fromEntries(await Promise.all(Object.keys(ports).map(async (name) => [name, await anyPort()])));
  }
  options.onProgress('ready');
  return { wasStarted: true };
}

/** Null, or what the log says. */
async function launch(part: Part, options: StartPartOptions, ports: Ports): Promise<string | null> {
  const command = await commandOf(part, options, ports);
  const log = openLog(options.home, part.name);
  try {
    const running = spawnDetached(command, part.name, options.home, options.environment, log.fd);
    const record: PartRecord = {
      ...running,
      ports,
      startedAt: new Date().toISOString(),
      version: versionOf(part, command),
      settings: settingsOf(options.environment),
    };
    await options.onRecord(record);
    if (await becomesHealthy(part, record, options, part.startDeadlineMs)) return null;
    const why = isAlive(record) ? `it did not answer within ${part.startDeadlineMs / 1000} s` : 'it ended';
    await endProcess(record, part.graceMs);
    await endLeftovers(options.home, part.name);
    return `${why}\n${logTail(options.home, part.name, log.from)}`.trim();
  } finally {
    log.close();
  }
}

async function becomesHealthy(part: Part, record: PartRecord, options: StartPartOptions, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  const context = { environment: options.environment, addresses: await options.addresses(), ports: record.ports };
  while (isAlive(record)) {
    if (await part.isHealthy(context, record.pid).catch(() => false)) return isAlive(record);
    if (Date.now() > deadline) return false;
    await delay(pollMs);
  }
  return false;
}

async function commandOf(part: Part, options: StartPartOptions, ports: Ports): Promise<Command> {
  return part.command(options.program, { environment: options.environment, addresses: await options.addresses(), ports });
}

function versionOf(part: Part, command: Command): string {
  return hash(JSON.stringify([command, part.codeVersion()]));
}

const settingNames = /(_API_KEY|_BASE_URL)$|^(AWS|TEMPORAL|TUNEGATE|HF)_/;
const notSettings = /^TUNEGATE_(HOME|PORT|PART|URL|KEY|PROGRAM|TORCH)$/;

function settingsOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const names = Object.keys(environment).filter((name) => settingNames.test(name) && !notSettings.test(name));
  return Object.fromEntries(names.map((name) => [name, hash(environment[name] ?? '')]));
}

/** A key that is set now and was not then needs a new process; one that another terminal set and this one did not does not. */
function areSettingsKept(previous: PartRecord, environment: NodeJS.ProcessEnv): boolean {
  return Object.entries(settingsOf(environment)).every(([name, value]) => previous.settings[name] === value);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function couldNotStart(part: Part, home: string, why: string): TunegateError {
  const isDiskFull = /ENOSPC|No space left/i.test(why);
  return new TunegateError(isDiskFull ? 'disk_full' : codes[part.name], `the ${part.name} could not be started: ${why}`, {
    where: logPath(home, part.name),
    remedy: isDiskFull ? 'free some space and run `tunegate start`' : 'the log above has more; `tunegate doctor` checks what it needs',
  });
}
