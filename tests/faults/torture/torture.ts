/** Runs under fire: parts of a stack are killed at random while runs go through it, and then everything must be in order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../../domain/evaluation/random.ts';
import { partNames } from '../../../workers/stack/part.ts';
import { ownStack } from '../../support/own-stack.ts';
import { type RealPostgres, startRealPostgres } from '../../support/real-postgres.ts';
import { clientOf, tinyTexts } from '../../support/tiny-pipeline.ts';
import { inspectHistories } from './histories.ts';
import { type Kills, killUntil } from './killing.ts';
import { inspectLedger } from './ledger.ts';
import { nextTrigger, type Trigger } from './load.ts';

export interface TortureOptions {
  readonly seed: number;
  readonly minutes: number;
  /** `pgserver`: a real Postgres, killed and restarted with the rest. */
  readonly database: 'pglite' | 'pgserver';
  readonly say: (line: string) => void;
}

export interface TortureDocument {
  readonly seed: number;
  readonly minutes: number;
  readonly database: string;
  readonly kills: number;
  readonly killed: Kills;
  readonly runs: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly histories: number;
  readonly mostEvents: number;
  readonly violations: readonly string[];
}

const runsAtOnce = 3;

export async function torture({ seed, minutes, database, say }: TortureOptions): Promise<TortureDocument> {
  let postgres: RealPostgres | null = database === 'pgserver' ? await startRealPostgres() : null;
  const stack = await ownStack(partNames, postgres ? { DATABASE_URL: postgres.url } : {});
  const killDatabase = async () => {
    if (!postgres) return;
    const { data, port, pid } = postgres;
    process.kill(pid, 'SIGKILL');
    await postgres.stop().catch(() => undefined);
    postgres = await startRealPostgres({ data, port });
  };
  try {
    const running = await stack.start();
    const client = clientOf(running);
    const random = seededRandom(seed);
    const deadline = Date.now() + minutes * 60_000;
    const triggers: Trigger[] = [];
    let number = 0;
    const lane = async () => {
      while (Date.now() < deadline) triggers.push(await nextTrigger(client, random, number++));
    };
    const lanes = Promise.all(Array.from({ length: runsAtOnce }, lane));
    lanes.catch(() => undefined);
    const killed = await killUntil(deadline, {
      home: stack.home,
      random: seededRandom(seed + 1),
      restore: () => stack.start(),
      killDatabase: postgres ? killDatabase : null,
      onKill: (victim) => say(`killed ${victim}; ${triggers.length} runs have ended`),
    });
    await lanes;
    say('everything has ended; looking for what is wrong');
    const final = await stack.start();
    const secrets = ['api-key', 'trainer-key'].map((name) => readFileSync(join(stack.home, name), 'utf8').trim());
    const histories = await inspectHistories(final, [...tinyTexts, ...secrets]);
    const twice = triggers.filter((t) => t.runs.length > 1).map((t) => `trigger ${t.key} was acknowledged as ${t.runs.join(' and ')}`);
    const failed = triggers.filter((t) => t.ended.outcome === 'failed').map((t) => `${t.runs[0]} failed: ${t.ended.document.error?.message}`);
    return {
      seed,
      minutes,
      database,
      kills: Object.values(killed).reduce((sum, n) => sum + n, 0),
      killed,
      runs: triggers.length,
      outcomes: countBy(triggers.map((t) => t.ended.outcome ?? 'none')),
      histories: histories.count,
      mostEvents: histories.mostEvents,
      violations: [...twice, ...failed, ...(await inspectLedger(final)), ...histories.violations],
    };
  } finally {
    await stack.end();
    await postgres?.close();
  }
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
