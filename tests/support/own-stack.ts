import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PartName } from '../../workers/stack/part.ts';
import { type Stack, type StartOptions, startStack } from '../../workers/stack/start.ts';
import { stopStack } from '../../workers/stack/stop.ts';
import { testEnvironment } from './test-environment.ts';

export interface OwnStack {
  readonly home: string;
  /** Starts it, or brings back what died. */
  readonly start: (options?: StartOptions) => Promise<Stack>;
  readonly end: () => Promise<void>;
}

/** A home for tests that kill processes or need only some of them. Nothing runs until `start`. */
export async function ownStack(parts: readonly PartName[], variables: Readonly<Record<string, string>> = {}): Promise<OwnStack> {
  const home = await mkdtemp(join(tmpdir(), 'tunegate-test-'));
  return {
    home,
    start: (options = {}) => startStack({ home, parts, ports: 'free', environment: testEnvironment(variables), ...options }),
    end: async () => {
      await stopStack(home);
      await rm(home, { recursive: true, force: true });
    },
  };
}
