import { TunegateError } from '../../contracts/errors.ts';
import type { PartName, Ports } from './part.ts';
import { parts } from './parts/all.ts';
import { anyPort, becomesFree, nextFreePort, portInUse } from './ports.ts';
import { endLeftovers } from './processes.ts';
import { type PartRecord, readPorts } from './state.ts';

/** Ports for the wanted parts: those that they hold, else those that they had, else the usual ones, else the next free. */
export async function choosePorts(
  home: string,
  wanted: readonly PartName[],
  alive: Readonly<Partial<Record<PartName, PartRecord>>>,
  environment: NodeJS.ProcessEnv,
  kind: 'usual' | 'free',
): Promise<Partial<Record<PartName, Ports>>> {
  const chosen: Partial<Record<PartName, Ports>> = {};
  const taken = new Set<number>();
  const take = (name: PartName, ports: Ports) => {
    chosen[name] = ports;
    for (const port of Object.values(ports)) taken.add(port);
  };
  for (const [name, record] of Object.entries(alive)) take(name as PartName, record.ports);
  const remembered = readPorts(home);
  const asked = askedPort(environment);
  for (const name of wanted) {
    const isWhereAsked = name !== 'server' || asked === null || chosen.server?.main === asked;
    if (chosen[name] && isWhereAsked) continue;
    // What a killed start left unrecorded would hold the ports.
    if (!alive[name]) await endLeftovers(home, name);
    const ports: Record<string, number> = {};
    for (const [port, usual] of Object.entries(parts[name].ports)) {
      const had = remembered[name]?.[port];
      const canReturn = had !== undefined && !taken.has(had) && (await becomesFree(had));
      if (name === 'server' && asked !== null) {
        if (!(await becomesFree(asked))) throw portInUse(asked, 'TUNEGATE_PORT');
        ports[port] = asked;
      } else if (kind === 'free') {
        ports[port] = canReturn ? had : await anyPort();
      } else {
        ports[port] = await nextFreePort(
          [had, usual].filter((wish) => wish !== undefined && wish !== null),
          taken,
        );
      }
      taken.add(ports[port]);
    }
    take(name, ports);
  }
  return chosen;
}

function askedPort(environment: NodeJS.ProcessEnv): number | null {
  if (!environment.TUNEGATE_PORT) return null;
  const port = Number(environment.TUNEGATE_PORT);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new TunegateError('bad_spec', `'${environment.TUNEGATE_PORT}' is not a port`, {
    where: 'TUNEGATE_PORT',
    remedy: 'use a number between 1 and 65535',
  });
}
