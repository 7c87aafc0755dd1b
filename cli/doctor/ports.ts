import { defaultPorts } from '../../contracts/names.ts';
import { isPortFree } from '../../workers/stack/ports.ts';
import { isPartAlive, readStack } from '../../workers/stack/state.ts';
import type { Check } from './examine.ts';

/** A usual port that another program holds is no fault: the next free one is taken, unless one was asked for by name. */
export async function portChecks(home: string): Promise<Check[]> {
  const stack = readStack(home);
  const wanted = [
    {
      name: 'port of the API',
      port: Number(process.env.TUNEGATE_PORT ?? defaultPorts.api),
      isAsked: Boolean(process.env.TUNEGATE_PORT),
      isOurs: isPartAlive(stack, 'server'),
    },
    { name: 'Temporal port', port: defaultPorts.temporal, isAsked: false, isOurs: isPartAlive(stack, 'temporal') },
  ];
  return Promise.all(
    wanted.map(async ({ name, port, isAsked, isOurs }): Promise<Check> => {
      if (isOurs) return { name, state: 'ok', found: 'held by this stack', remedy: null };
      if (await isPortFree(port)) return { name, state: 'ok', found: `${port} is free`, remedy: null };
      return isAsked
        ? { name, state: 'wrong', found: `${port} is held by another program`, remedy: 'stop that program, or set TUNEGATE_PORT to a free port' }
        : { name, state: 'absent', found: `${port} is held by another program`, remedy: 'nothing to do: the next free port is taken' };
    }),
  );
}
