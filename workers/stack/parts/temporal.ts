import { join } from 'node:path';
import { defaultPorts } from '../../../contracts/names.ts';
import { ensureTemporal } from '../../setup/temporal.ts';
import type { Part } from '../part.ts';

const searchAttributes = ['TunegateRun', 'TunegateStage', 'TunegateEndpoint'];
const namespace = 'default';

/** Temporal's dev server on a file; a server of one's own is named by `TEMPORAL_ADDRESS` or a `TEMPORAL_*` profile. */
export const temporalPart: Part = {
  name: 'temporal',
  needs: [],
  ports: { main: defaultPorts.temporal, ui: null, http: null },
  isExternal: (environment) => Boolean(environment.TEMPORAL_ADDRESS || environment.TEMPORAL_PROFILE || environment.TEMPORAL_CONFIG_FILE),
  install: ensureTemporal,
  command: (program, { addresses, ports }) => ({
    program,
    args: [
      'server',
      'start-dev',
      '--namespace',
      namespace,
      '--ip',
      '127.0.0.1',
      '--port',
      String(ports.main),
      '--ui-port',
      String(ports.ui),
      '--http-port',
      String(ports.http),
      '--db-filename',
      join(addresses.home, 'temporal.db'),
      // As safe against a killed process as the defaults, and several times as fast.
      '--sqlite-pragma',
      'journal_mode=WAL',
      '--sqlite-pragma',
      'synchronous=NORMAL',
      ...searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
      '--log-level',
      'warn',
    ],
    env: {},
  }),
  codeVersion: () => '1',
  isHealthy: async ({ addresses }) => {
    const response = await fetch(`${addresses.temporalHttp}/api/v1/namespaces/${namespace}`, { signal: AbortSignal.timeout(3_000) });
    return response.ok;
  },
  startDeadlineMs: 60_000,
  graceMs: 10_000,
};
