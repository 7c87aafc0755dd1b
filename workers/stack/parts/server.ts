import { join } from 'node:path';
import { defaultPorts } from '../../../contracts/names.ts';
import { checkoutRoot } from '../../setup/paths.ts';
import { filesVersion, nodeSources } from '../code-version.ts';
import type { Part } from '../part.ts';
import { processEnvironment } from '../process-environment.ts';

/** The HTTP API, the gateway and the page. */
export const serverPart: Part = {
  name: 'server',
  needs: ['postgres', 'temporal'],
  ports: { main: defaultPorts.api },
  isExternal: () => false,
  install: async () => process.execPath,
  command: (program, { addresses }) => ({
    program,
    args: ['--import', 'tsx', join(checkoutRoot, 'server', 'main.ts')],
    env: processEnvironment(addresses),
  }),
  codeVersion: () => filesVersion([...nodeSources, 'server/**/*.ts']),
  isHealthy: async ({ addresses }) => {
    const response = await fetch(`${addresses.apiUrl}/health`, { signal: AbortSignal.timeout(5_000) });
    return response.ok;
  },
  startDeadlineMs: 90_000,
  graceMs: 15_000,
};
