import { defineConfig } from 'vitest/config';

const seconds = 1_000;
const minutes = 60 * seconds;

/** Side by side, before all others. The times are for a machine that does much else. */
const onItsOwn = (name: string) => ({
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    pool: 'threads' as const,
    sequence: { groupOrder: 0 },
    testTimeout: 2 * minutes,
    hookTimeout: 2 * minutes,
  },
});

/** One after the other within a project, and project after project: they share two cores and real servers. */
const onRealServers = (name: string, groupOrder: number, globalSetup: string[]) => ({
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    pool: 'forks' as const,
    fileParallelism: false,
    maxWorkers: 1,
    sequence: { groupOrder },
    globalSetup,
    testTimeout: 10 * minutes,
    hookTimeout: 10 * minutes,
  },
});

const sharedStack = ['./tests/support/shared-stack.ts'];

export default defineConfig({
  test: {
    projects: [
      onItsOwn('unit'),
      onItsOwn('conformance'),
      onRealServers('replay', 1, []),
      onRealServers('integration', 2, sharedStack),
      onRealServers('faults', 3, []),
      onRealServers('browser', 4, sharedStack),
    ],
  },
});
