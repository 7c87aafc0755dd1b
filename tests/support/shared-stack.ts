/** One whole stack for all tests that need one: a home of its own, free ports, the real servers. Tests get it by `inject('stack')`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Stack, startStack } from '../../workers/stack/start.ts';
import { stopStack } from '../../workers/stack/stop.ts';
import { testEnvironment } from './test-environment.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    stack: Stack;
  }
}

interface Shared {
  users: number;
  readonly home: string;
  readonly stack: Promise<Stack>;
}

// Each project loads this file anew; the process is what they share.
const slot = Symbol.for('tunegate.tests.stack');
const holder = globalThis as unknown as Record<symbol, Shared | undefined>;

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = holder[slot] ?? begin();
  holder[slot] = shared;
  shared.users += 1;
  try {
    project.provide('stack', await shared.stack);
  } catch (error) {
    await leave(shared);
    throw error;
  }
  return () => leave(shared);
}

function begin(): Shared {
  const home = mkdtempSync(join(tmpdir(), 'tunegate-tests-'));
  const stack = startStack({
    home,
    ports: 'free',
    environment: testEnvironment(),
    onProgress: (part, state) => process.stderr.write(`test stack: ${part} ${state}\n`),
  });
  return { users: 0, home, stack };
}

async function leave(shared: Shared): Promise<void> {
  shared.users -= 1;
  if (shared.users > 0) return;
  holder[slot] = undefined;
  await stopStack(shared.home);
  rmSync(shared.home, { recursive: true, force: true });
}
