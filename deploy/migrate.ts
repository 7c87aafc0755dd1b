/** Waits for the database and applies the migrations: `node --import tsx deploy/migrate.ts`, before servers and workers of a new version. */
import { waitForDatabase } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';

const url = process.env.DATABASE_URL ?? '';
await waitForDatabase(url, 60_000);
process.stdout.write(`${await migrate(url)} migrations applied\n`);
