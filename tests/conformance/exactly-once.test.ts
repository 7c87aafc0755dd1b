/**
 * Killed at every boundary between two effects, and under faults of the wire: 500 seeded schedules over the kinds of submission.
 * After each: never two live or paid jobs for one key, never a lost one, and what we have written down equals the service's own bill.
 */
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { drizzle } from 'drizzle-orm/pglite';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../domain/evaluation/random.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { submitFiles } from '../../activities/training/submit.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { Database } from '../../db/database.ts';
import { jobByKey, recordStatus, recordSubmitted, withdrawCreate } from '../../db/queries/jobs.ts';
import * as schema from '../../db/schema.ts';
import { sha256 } from '../../domain/hash.ts';
import { type Provider, ProviderError } from '../../providers/provider.ts';
import { type Simulator, startSimulator } from '../support/provider-simulator/server.ts';
import { type AdapterUnderTest, adapters, openAdapter, requestFor } from './adapters.ts';

/** The ledger is not what is tested here. */
const unpaid = { reserve: async () => undefined, release: async () => undefined };

process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

const schedulesPerAdapter = Math.ceil(500 / adapters.length);
const microUsdPerToken = 0.48;

/** A process that dies at a chosen boundary: from then on nothing of it has an effect. */
class Killed extends Error {}
interface Life {
  boundary: () => void;
  readonly isDead: () => boolean;
}
function life(dieAt: number): Life {
  let count = 0;
  let dead = false;
  return {
    boundary: () => {
      if (dead || ++count === dieAt) {
        dead = true;
        throw new Killed('killed');
      }
    },
    isDead: () => dead,
  };
}

let database: PGlite;
beforeAll(async () => {
  database = await PGlite.create({ extensions: { vector } });
  await database.exec('create extension if not exists vector');
  const folder = fileURLToPath(new URL('../../db/migrations', import.meta.url));
  for (const { sql } of readMigrationFiles({ migrationsFolder: folder })) for (const statement of sql) await database.exec(statement);
});
afterAll(() => database.close());

/** Every statement has a boundary before and one after its effect. */
function mortalDatabase(now: { life: Life }): Database {
  const client = new Proxy(database, {
    get: (target, property) => {
      if (property !== 'query') return Reflect.get(target, property);
      return async (...query: Parameters<PGlite['query']>) => {
        now.life.boundary();
        const answer = await target.query(...query);
        now.life.boundary();
        return answer;
      };
    },
  });
  return drizzle(client, { schema }) as unknown as Database;
}

describe.each(adapters.map((a): [string, AdapterUnderTest] => [a.name, a]))('%s', (name, adapter) => {
  let simulator: Simulator;
  let provider: Provider;
  beforeAll(async () => {
    simulator = await startSimulator(adapter.dialect, microUsdPerToken);
    const opened = openAdapter(adapter, simulator.url);
    // The same adapter; only the time for which a listing may miss a job is as short as the simulator's.
    provider = { ...opened, capabilities: { ...opened.capabilities, listingLagMs: opened.capabilities.submission === 'idempotent' ? 0 : 30 } };
  });
  afterAll(() => simulator.close());

  it(`${schedulesPerAdapter} schedules of kills and faults make one job each and one bill`, async () => {
    for (let seed = 1; seed <= schedulesPerAdapter; seed++) await schedule(seed);
  });

  async function schedule(seed: number): Promise<void> {
    const { below } = seededRandom(seed);
    const now = { life: life(Number.POSITIVE_INFINITY) };
    const db = mortalDatabase(now);
    const request = requestFor(adapter, sha256(`${name}-${seed}`));
    const files = {
      training: request.trainingFile,
      validation: Buffer.alloc(0),
      hash: request.key,
      hyperparameters: request.hyperparameters,
      method: 'lora',
      seed: 7,
    };
    const candidate = { name: 'lora', provider: name, base: adapter.base, method: 'lora', seed: 7, rag: false };
    const submission = { run: `fine-tune/x/00000000/${seed}`, candidate, dataset: { hash: 'sha256:d' } };
    simulator.boundary = () => now.life.boundary();
    simulator.service.behaviour.listingLagMs = below(2) * 15;
    const kinds = ['cut', 'malformed', 'empty'] as const;
    for (let i = below(3); i > 0; i--)
      simulator.faults.arm(
        below(2) ? 'create' : 'upload',
        below(2) ? { kind: 'status', status: [408, 429, 500][below(3)] ?? 500 } : { kind: kinds[below(3)] ?? 'cut' },
      );

    let deaths = below(4);
    let job: { key: string; jobId: string } | null = null;
    for (let attempt = 0; !job; attempt++) {
      expect(attempt, `schedule ${seed} does not come to an end`).toBeLessThan(60);
      now.life = life(deaths-- > 0 ? 1 + below(24) : Number.POSITIVE_INFINITY);
      try {
        job = await submitFiles({ db, providers: () => provider }, submission, files, new AbortController().signal, unpaid);
      } catch (error) {
        if (now.life.isDead() || error instanceof Killed) continue;
        if (error instanceof TunegateError && error.code === 'ambiguous') job = await askAPerson(seed);
        else if (error instanceof ProviderError && error.failure !== 'never') await new Promise((wake) => setTimeout(wake, 8));
        else throw error;
      }
    }
    simulator.boundary = null;
    simulator.faults.clear();
    await settle(job, seed);
  }

  /** A blind service's console: a person looks for the suffix, and says what is there. */
  async function askAPerson(seed: number): Promise<{ key: string; jobId: string } | null> {
    const db = drizzle(database, { schema }) as unknown as Database;
    const open = await database.query<{ key: string }>(
      `select key from jobs where provider = $1 and provider_job_id is null and creating_at is not null`,
      [name],
    );
    expect(open.rows, `schedule ${seed}`).toHaveLength(1);
    const key = open.rows[0]?.key ?? '';
    const found = [...simulator.service.jobs.values()].find((j) => j.marks.suffix === `tg${key.slice(0, 16)}`);
    const row = await jobByKey(db, key);
    if (found) await recordSubmitted(db, key, found.id, 'queued');
    else if (row?.creatingAt) await withdrawCreate(db, key, row.creatingAt);
    return found ? { key, jobId: found.id } : null;
  }

  async function settle(job: { key: string; jobId: string }, seed: number): Promise<void> {
    const db = drizzle(database, { schema }) as unknown as Database;
    let state = await provider.job(job.jobId);
    for (let looks = 0; state.status !== 'succeeded' && looks < 6; looks++) state = await provider.job(job.jobId);
    await recordStatus(db, job.key, { status: state.status, trainedTokens: state.trainedTokens, ended: true });
    const made = [...simulator.service.jobs.keys()];
    const { rows } = await database.query<{ provider_job_id: string; trained_tokens: number }>(
      'select provider_job_id, trained_tokens from jobs where provider = $1',
      [name],
    );
    const known = rows.map((row) => row.provider_job_id.split('/').at(-1) ?? '');
    expect(made.toSorted(), `schedule ${seed}: each job is known, and each key has one`).toEqual(known.toSorted());
    if (name === 'bedrock') return;
    const written = rows.reduce((sum, row) => sum + Math.round(Number(row.trained_tokens) * microUsdPerToken), 0);
    expect(written, `schedule ${seed}: the bill`).toBe(simulator.service.bill.reduce((sum, line) => sum + line.microUsd, 0));
  }
});
