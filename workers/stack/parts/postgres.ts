import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { waitForDatabase } from '../../../db/database.ts';
import type { Part } from '../part.ts';

const script = fileURLToPath(new URL('../embedded-postgres.ts', import.meta.url));

/** PGlite with pgvector in a process of its own; `DATABASE_URL` replaces it. */
export const postgresPart: Part = {
  name: 'postgres',
  needs: [],
  ports: { main: null },
  isExternal: (environment) => Boolean(environment.DATABASE_URL),
  install: async () => process.execPath,
  command: (program, { addresses, ports }) => ({
    program,
    args: ['--import', 'tsx', script, '--data', join(addresses.home, 'postgres'), '--port', String(ports.main)],
    env: {},
  }),
  codeVersion: () => '2',
  isHealthy: async ({ addresses }) => {
    await waitForDatabase(addresses.databaseUrl, 0);
    return true;
  },
  startDeadlineMs: 120_000,
  graceMs: 10_000,
};
