import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../../db/migrate.ts';
import { waitForDatabase } from '../../db/database.ts';
import { withFileLock } from '../setup/file-lock.mjs';
import { checkoutRoot, tunegateHome } from '../setup/paths.ts';
import { type Log, logToStderr } from '../setup/run-step.ts';
import { resolveAddresses } from './addresses.ts';
import { type Addresses, type PartName, partNames, type Ports } from './part.ts';
import { parts } from './parts/all.ts';
import { choosePorts } from './choose-ports.ts';
import { type PartState, startPart } from './start-part.ts';
import { isPartAlive, type PartRecord, readStack, writeStack } from './state.ts';

export interface StartOptions {
  /** Default: `TUNEGATE_HOME`, else `.tunegate` at the checkout's root. */
  readonly home?: string;
  /** Default: all. Parts that the environment replaces by an outside service are left out in any case. */
  readonly parts?: readonly PartName[];
  /** `free`: every port as the system gives it, for tests. Default: 7300, 7301 and those after, or the next free. */
  readonly ports?: 'usual' | 'free';
  /** Read for addresses of outside services and passed on to the processes. Default: this process's own. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly onProgress?: (part: PartName, state: PartState) => void;
  /** What set-up has to say. Default: standard error. */
  readonly log?: Log;
}

export interface Stack extends Addresses {
  /** The OpenAI base URL. */
  readonly gatewayUrl: string;
  /** Parts that were started by this call; the others ran already. */
  readonly started: readonly PartName[];
}

/**
 * Starts what does not run and joins what does; after any of the processes died it brings back exactly those, on the same ports and data.
 * The processes are detached and live until `stopStack`. Safe to call from several processes at once.
 *
 * Throws `port_in_use`, `setup_failed`, `disk_full`, or the part's own code with the last lines of its log.
 *
 * @example const { apiUrl } = await startStack();
 */
export async function startStack(options: StartOptions = {}): Promise<Stack> {
  const environment = options.environment ?? process.env;
  const home = options.home ?? tunegateHome(environment);
  const log = options.log ?? logToStderr;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const onWait = () => log('Another process starts or stops this stack; waiting for it …');
  return withFileLock(join(home, 'stack.lock'), () => reconcile(home, environment, log, options), { onWait });
}

async function reconcile(home: string, environment: NodeJS.ProcessEnv, log: Log, options: StartOptions): Promise<Stack> {
  const wanted = (options.parts ?? partNames).filter((name) => !parts[name].isExternal(environment));
  const before = readStack(home);
  const alive = partNames.filter((name) => isPartAlive(before, name));
  const records: Partial<Record<PartName, PartRecord>> = Object.fromEntries(alive.map((name) => [name, before?.parts[name]]));
  const ports: Partial<Record<PartName, Ports>> = await choosePorts(home, wanted, records, environment, options.ports ?? 'usual');
  const planned = JSON.stringify(ports);
  const startedAt = alive.length > 0 && before ? before.startedAt : new Date().toISOString();
  const started: PartName[] = [];

  const save = async () => {
    const addresses = await resolveAddresses(home, environment, ports);
    const api = records.server ? addresses.apiUrl : null;
    const urls = {
      api,
      gateway: api && `${api}/v1`,
      temporal: addresses.temporalAddress,
      temporalUi: addresses.temporalUi,
      trainer: addresses.trainerUrl || null,
    };
    writeStack({ version: 1, product: productVersion(), home, startedAt, urls, parts: records });
  };

  // Each waits for what it needs; the rest goes on beside it, downloads included.
  const ready = new Map<PartName, Promise<void>>();
  const start = async (name: PartName) => {
    const part = parts[name];
    const program = part.install(log);
    program.catch(() => undefined);
    await Promise.all(part.needs.map((needed) => ready.get(needed)));
    const record = await startPart(part, {
      home,
      environment,
      program: await program,
      previous: records[name] ?? null,
      ports: ports[name] ?? {},
      addresses: () => resolveAddresses(home, environment, ports),
      onRecord: (running) => {
        records[name] = running;
        ports[name] = running.ports;
        return save();
      },
      onProgress: (state) => options.onProgress?.(name, state),
      mayMove: !(name === 'server' && environment.TUNEGATE_PORT),
    });
    if (record.wasStarted) started.push(name);
    if (name === 'postgres' && record.wasStarted) await migrate((await resolveAddresses(home, environment, ports)).databaseUrl);
  };
  if (environment.DATABASE_URL && wanted.some((name) => parts[name].needs.includes('postgres'))) {
    ready.set('postgres', prepareOutsideDatabase(environment.DATABASE_URL));
  }
  for (const name of wanted) ready.set(name, start(name));
  const results = await Promise.allSettled(ready.values());
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  await save();
  // A part had to take another port than the others were told: a second look replaces those.
  if (JSON.stringify(ports) !== planned) {
    const again = await reconcile(home, environment, log, options);
    return { ...again, started: partNames.filter((name) => started.includes(name) || again.started.includes(name)) };
  }
  const addresses = await resolveAddresses(home, environment, ports);
  return { ...addresses, gatewayUrl: `${addresses.apiUrl}/v1`, started };
}

async function prepareOutsideDatabase(url: string): Promise<void> {
  await waitForDatabase(url, 30_000);
  await migrate(url);
}

function productVersion(): string {
  const { version } = JSON.parse(readFileSync(join(checkoutRoot, 'package.json'), 'utf8')) as { version: string };
  return version;
}
