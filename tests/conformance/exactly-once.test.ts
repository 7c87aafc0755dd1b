/**
 * Killed at every boundary between two effects, and under faults of the wire: 500 seeded schedules over the kinds of submission.
 * After each: never two live or paid jobs for one key, never a lost one, and the ledger equals the service's own bill.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releaseTraining, reserveTraining, settleTraining } from '../../activities/cost/training.ts';
import type { ActivityDeps } from '../../activities/deps.ts';
import { answerJobQuestion } from '../../activities/training/answer.ts';
import { storeTrainedArm } from '../../activities/training/collect.ts';
import { submitFiles } from '../../activities/training/submit.ts';
import { JobUnclear } from '../../contracts/errors.ts';
import type { FrozenDataset } from '../../contracts/plan.ts';
import type { JobQuestion } from '../../contracts/job-question.ts';
import { openArtifacts } from '../../db/artifacts/open.ts';
import type { Database } from '../../db/database.ts';
import { recordStatus } from '../../db/queries/jobs.ts';
import { openRun } from '../../db/queries/runs.ts';
import * as schema from '../../db/schema.ts';
import { priceBook } from '../../domain/cost/price-book.ts';
import { seededRandom } from '../../domain/evaluation/random.ts';
import { sha256 } from '../../domain/hash.ts';
import { catalogue } from '../../providers/catalogue/index.ts';
import { type Provider, ProviderError } from '../../providers/provider.ts';
import { usualPrices } from '../support/provider-simulator/bill.ts';
import type { WireFault } from '../support/provider-simulator/faults.ts';
import { type Simulator, startSimulator } from '../support/provider-simulator/server.ts';
import { type Behaviour, calm } from '../support/provider-simulator/service.ts';
import { type AdapterUnderTest, adapters, openAdapter, requestFor } from './adapters.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

const schedulesPerAdapter = Math.ceil(500 / adapters.length);

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
const immortal = () => life(Number.POSITIVE_INFINITY);

const folder = mkdtempSync(join(tmpdir(), 'tunegate-test-'));
let database: PGlite;
beforeAll(async () => {
  database = await PGlite.create({ extensions: { vector } });
  await database.exec('create extension if not exists vector');
  const migrationsFolder = fileURLToPath(new URL('../../db/migrations', import.meta.url));
  for (const { sql } of readMigrationFiles({ migrationsFolder })) for (const statement of sql) await database.exec(statement);
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Every statement, and every transaction as a whole, has a boundary before and one after its effect; a death within a transaction undoes it. */
function mortalDatabase(now: { life: Life }): Database {
  const mortal = <T extends PGlite | Transaction>(client: T): T =>
    new Proxy(client, {
      get: (target, property) => {
        if (property === 'query') return bounded((...query: Parameters<PGlite['query']>) => target.query(...query));
        if (property === 'transaction')
          return bounded((work: (tx: Transaction) => Promise<unknown>) => (target as PGlite).transaction((tx) => work(mortal(tx))));
        return Reflect.get(target, property);
      },
    });
  const bounded =
    <Given extends unknown[], Answer>(effect: (...given: Given) => Promise<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      now.life.boundary();
      const answer = await effect(...given);
      now.life.boundary();
      return answer;
    };
  return drizzle(mortal(database), { schema }) as unknown as Database;
}

const ref = `sha256:${'d'.repeat(64)}` as const;
const dataset: FrozenDataset = { hash: ref, train: ref, validation: ref, test: ref, rows: { train: 1, validation: 1, test: 1 } };

type Seed = number | string;
interface Deaths {
  /** Processes that are still to die. */
  left: number;
  readonly at: () => number;
  died: number;
}
/** What a schedule holds. */
interface Fate {
  readonly moreRows: number;
  readonly behaviour: Partial<Behaviour>;
  readonly faults: readonly (readonly ['create' | 'upload', WireFault])[];
  readonly submit: Deaths;
  readonly end: Deaths;
  readonly cancelsAfter: number;
}
const nobodyDies = (): Deaths => ({ left: 0, at: () => 1, died: 0 });

function killedAt(phase: 'submit' | 'end', at: number): Fate {
  const calmly = { moreRows: 0, behaviour: calm, faults: [], submit: nobodyDies(), end: nobodyDies(), cancelsAfter: Number.POSITIVE_INFINITY };
  return { ...calmly, [phase]: { left: 1, at: () => at, died: 0 } };
}

function randomFate(below: (n: number) => number): Fate {
  const kinds = ['cut', 'malformed', 'empty'] as const;
  const fault = (): WireFault => (below(2) ? { kind: 'status', status: [408, 409, 429, 500][below(4)] ?? 500 } : { kind: kinds[below(3)] ?? 'cut' });
  return {
    moreRows: below(8),
    behaviour: { listingLagMs: below(2) * 15, moderation: below(8) === 0 ? 'against our policy' : null },
    faults: Array.from({ length: below(3) }, () => [below(2) ? 'create' : 'upload', fault()] as const),
    submit: { left: below(4), at: () => 1 + below(36), died: 0 },
    end: { left: below(3), at: () => 1 + below(12), died: 0 },
    cancelsAfter: below(6) === 0 ? 1 + below(2) : Number.POSITIVE_INFINITY,
  };
}

describe.each(adapters.map((a): [string, AdapterUnderTest] => [a.name, a]))('%s', (name, adapter) => {
  const now = { life: immortal() };
  let simulator: Simulator;
  let provider: Provider;
  let deps: ActivityDeps;
  let run: string;
  beforeAll(async () => {
    simulator = await startSimulator(adapter.dialect);
    const opened = openAdapter(adapter, simulator.url);
    // The same adapter; only the time for which a listing may miss a job is as short as the simulator's.
    provider = { ...opened, capabilities: { ...opened.capabilities, listingLagMs: opened.capabilities.submission === 'idempotent' ? 0 : 30 } };
    const store = openArtifacts(pathToFileURL(folder).href);
    deps = {
      db: mortalDatabase(now),
      providers: () => provider,
      store,
      cost: { prices: pricesOf(adapter), perDayMicroUsd: null },
    } as unknown as ActivityDeps;
    const specRef = await store.putJson({ name });
    const sources = { files: {}, baseDir: null };
    run = (
      await openRun(deps.db, { name, specHash: sha256(name), specRef, sources, idempotencyKey: null, requestedBy: 'test', budgetMicroUsd: null })
    ).run;
  });
  afterAll(() => simulator.close());

  it(`${schedulesPerAdapter} schedules of kills and faults make one job each and one bill`, async () => {
    for (let seed = 1; seed <= schedulesPerAdapter; seed++) await schedule(seed, randomly(seed));
    expect(simulator.service.bill.lines.length).toBeGreaterThan(schedulesPerAdapter / 2);
  });

  it('a single kill, at each boundary in turn, makes one job and one bill', async () => {
    const boundaries = { submit: 0, end: 0 };
    for (const phase of ['submit', 'end'] as const)
      for (let at = 1; (await schedule(`${phase} ${at}`, killedAt(phase, at))) > 0; at++) boundaries[phase] = at;
    // Every statement and every request has two: the last number is one at which nobody died.
    expect(boundaries.submit).toBeGreaterThan(20);
    expect(boundaries.end).toBeGreaterThan(6);
  });

  it('a job that has succeeded and names no model makes no arm', async () => {
    await schedule('nameless', killedAt('submit', Number.POSITIVE_INFINITY));
    const { rows } = await database.query<{ key: string; id: string }>(
      "select key, provider_job_id as id from jobs where provider = $1 and status = 'succeeded' and model is null order by created_at desc limit 1",
      [name],
    );
    const job = { key: rows[0]?.key ?? '', provider: name, jobId: rows[0]?.id ?? '', adopted: false };
    const input = { run, candidate: { name: 'lora', provider: name, base: adapter.base, method: 'lora', seed: 7, rag: false }, dataset, job };
    await expect(storeTrainedArm(deps, input)).rejects.toMatchObject({ code: 'job_failed', where: name });
  });

  /** Tried again until it succeeds, each time by a new process; each dies at a boundary until `deaths` are used up. */
  async function untilDone<T>(seed: Seed, deaths: Deaths, work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      expect(attempt, `schedule ${seed} does not come to an end`).toBeLessThan(60);
      now.life = deaths.left-- > 0 ? life(deaths.at()) : immortal();
      try {
        return await work();
      } catch (error) {
        if (now.life.isDead() || error instanceof Killed) {
          deaths.died += 1;
          continue;
        }
        if (error instanceof JobUnclear) await askAPerson(seed, error.question);
        else if (error instanceof ProviderError && error.failure !== 'never') await new Promise((wake) => setTimeout(wake, 8));
        else throw error;
      }
    }
  }

  const randomly = (seed: number): Fate => randomFate(seededRandom(Number.parseInt(sha256(`${name} ${seed}`).slice(0, 8), 16)).below);

  /** Returns how many processes died in it. */
  async function schedule(seed: Seed, fate: Fate): Promise<number> {
    const request = requestFor(adapter, sha256(`${name}-${seed}`), 12 + fate.moreRows);
    const files = {
      training: request.trainingFile,
      validation: Buffer.alloc(0),
      hash: request.key,
      hyperparameters: request.hyperparameters,
      method: 'lora',
      seed: 7,
    };
    const candidate = { name: 'lora', provider: name, base: adapter.base, method: 'lora', seed: 7, rag: false };
    const purchase = {
      run,
      candidate: 'lora',
      provider: name,
      base: adapter.base,
      method: 'lora',
      training: files.training,
      validation: files.validation,
      epochs: 2,
    };
    const money = {
      reserve: (key: string) => reserveTraining(deps, { ...purchase, key }),
      release: (key: string) => releaseTraining(deps, key),
    };
    simulator.boundary = () => now.life.boundary();
    Object.assign(simulator.service.behaviour, fate.behaviour);
    for (const [verb, fault] of fate.faults) simulator.faults.arm(verb, fault);

    const submit = () => submitFiles(deps, { run, candidate, dataset: { hash: 'sha256:d' } }, files, new AbortController().signal, money);
    const job = await untilDone(seed, fate.submit, submit);
    simulator.faults.clear();
    await untilDone(seed, fate.end, () => end(job, fate.cancelsAfter));
    simulator.boundary = null;
    now.life = immortal();
    await compare(seed);
    return fate.submit.died + fate.end.died;
  }

  /** A blind service's console: a person looks for the suffix, and says what is there. */
  async function askAPerson(seed: Seed, { key, suffix }: JobQuestion): Promise<void> {
    const found = [...simulator.service.jobs.values()].find((job) => job.marks.suffix === suffix);
    await answerJobQuestion(deps, run, { by: 'ada', key, jobId: found?.id ?? null, messageId: `${seed}` });
  }

  /** Followed to its end, or cancelled on the way; its money is settled by what the service reports. */
  async function end({ key, jobId }: { key: string; jobId: string }, cancelsAfter: number): Promise<void> {
    let state = await provider.job(jobId);
    for (let looks = 0; !['succeeded', 'failed', 'cancelled'].includes(state.status) && looks < 6; looks++)
      state = looks >= cancelsAfter ? await provider.cancel(jobId) : await provider.job(jobId);
    await recordStatus(deps.db, key, { status: state.status, trainedTokens: state.trainedTokens, ended: true });
    await settleTraining(deps, key);
  }

  async function compare(seed: Seed): Promise<void> {
    const { service } = simulator;
    const { rows: jobs } = await database.query<{ id: string }>('select provider_job_id as id from jobs where provider = $1', [name]);
    const known = jobs.map((row) => row.id.split('/').at(-1) ?? '');
    expect([...service.jobs.keys()].toSorted(), `schedule ${seed}: each job is known, and each key has one`).toEqual(known.toSorted());
    const { rows: ledger } = await database.query<{ purposes: number; open: number; sum: number }>(
      `select count(*)::int purposes, (count(*) filter (where settled_micro_usd is null))::int open, coalesce(sum(settled_micro_usd), 0)::float sum
       from spend where provider = $1`,
      [name],
    );
    expect(ledger[0], `schedule ${seed}: one line for each job, and every one settled`).toMatchObject({ purposes: jobs.length, open: 0 });
    // Bedrock tells no tokens: its line stays at what was reserved, which is never less than the bill.
    if (name === 'bedrock') expect(ledger[0]?.sum, `schedule ${seed}: the bill`).toBeGreaterThanOrEqual(service.bill.total());
    else expect(ledger[0]?.sum, `schedule ${seed}: the ledger and the bill`).toBe(service.bill.total());
  }
});

/** The catalogue, with the simulator's price for this base. */
function pricesOf({ name, base }: AdapterUnderTest) {
  const training = { default: { rule: 'per-trained-token', usdPerMillion: String(usualPrices.training), countsEpochs: true } } as const;
  const inference = { usdPerMillionInput: '0', usdPerMillionOutput: '0' };
  return priceBook(catalogue, [{ provider: name, base, prices: [{ from: '2026-01-01', asOf: '2026-01-01', source: 'test', training, inference }] }]);
}
