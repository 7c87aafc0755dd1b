import { join } from 'node:path';
import { queues } from '../../../contracts/names.ts';
import { checkoutRoot } from '../../setup/paths.ts';
import { filesVersion, nodeSources } from '../code-version.ts';
import type { Part } from '../part.ts';
import { pollersOf } from '../pollers.ts';
import { processEnvironment } from '../process-environment.ts';

/** Runs workflows and activities. It has no port: it is well when Temporal sees it asking for work. */
export const workerPart: Part = {
  name: 'worker',
  needs: ['postgres', 'temporal'],
  ports: {},
  isExternal: () => false,
  install: async () => process.execPath,
  command: (program, { addresses }) => ({
    program,
    args: ['--import', 'tsx', join(checkoutRoot, 'workers', 'main.ts')],
    env: processEnvironment(addresses),
  }),
  codeVersion: () => filesVersion([...nodeSources, 'workflows/**/*.ts', 'activities/**/*.ts', 'workers/*.ts']),
  isHealthy: async ({ addresses }, pid) => {
    const identities = await pollersOf(addresses, queues.pipeline);
    return identities.some((identity) => identity.includes(`${pid}@`));
  },
  startDeadlineMs: 120_000,
  graceMs: 20_000,
};
