import { defineConfig } from 'vitest/config';

const seconds = 1_000;
const minutes = 60 * seconds;

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
      { test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], pool: 'threads', sequence: { groupOrder: 0 }, testTimeout: 60 * seconds } },
      {
        test: {
          name: 'conformance',
          include: ['tests/conformance/**/*.test.ts'],
          pool: 'threads',
          sequence: { groupOrder: 0 },
          testTimeout: 3 * minutes,
          hookTimeout: minutes,
        },
      },
      onRealServers('replay', 1, []),
      onRealServers('integration', 2, sharedStack),
      onRealServers('faults', 3, []),
      onRealServers('browser', 4, sharedStack),
    ],
  },
});
