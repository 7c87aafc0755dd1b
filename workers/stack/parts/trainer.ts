import { join } from 'node:path';
import { trainerPython } from '../../setup/paths.ts';
import { ensureTrainer } from '../../setup/trainer.ts';
import { filesVersion } from '../code-version.ts';
import type { Part } from '../part.ts';

/** The Python service that trains and answers; `TRAINER_URL` names one on another machine. */
export const trainerPart: Part = {
  name: 'trainer',
  needs: [],
  ports: { main: null },
  isExternal: (environment) => Boolean(environment.TRAINER_URL),
  install: ensureTrainer,
  command: (_program, { addresses, ports }) => ({
    program: trainerPython,
    args: ['-m', 'trainer', '--host', '127.0.0.1', '--port', String(ports.main), '--data', join(addresses.home, 'trainer')],
    // By the environment and not as an argument: every user of the machine may list arguments.
    env: { TRAINER_KEY: addresses.trainerKey, PYTHONUNBUFFERED: '1' },
  }),
  codeVersion: () => filesVersion(['trainer/*.py', 'trainer/requirements*.lock']),
  isHealthy: async ({ addresses }) => {
    const response = await fetch(`${addresses.trainerUrl}/v1/models`, {
      headers: { authorization: `Bearer ${addresses.trainerKey}` },
      signal: AbortSignal.timeout(5_000),
    });
    return response.ok;
  },
  startDeadlineMs: 180_000,
  graceMs: 10_000,
};
