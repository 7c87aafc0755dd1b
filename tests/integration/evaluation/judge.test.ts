/** Grades, preferences and people's labels on the real database, with a judge that can be foretold behind a real HTTP service. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ActivityDeps } from '../../../activities/deps.ts';
import { gradeArm, type Judge } from '../../../activities/evaluation/judge.ts';
import { compareAnswers, preferencesBetween } from '../../../activities/evaluation/preferences.ts';
import type { Artifact } from '../../../contracts/artifact.ts';
import type { Arm } from '../../../contracts/plan.ts';
import type { Prediction, Row } from '../../../contracts/rows.ts';
import type { ArtifactRef } from '../../../contracts/run.ts';
import { openArtifacts } from '../../../db/artifacts/open.ts';
import { type OpenDatabase, openDatabase } from '../../../db/database.ts';
import { saveArm, saveEvaluation } from '../../../db/queries/arms.ts';
import { saveJudgement, saveLabel } from '../../../db/queries/judge.ts';
import { readArms } from '../../../db/queries/run-arms.ts';
import { runs } from '../../../db/schema.ts';
import { priceBook } from '../../../domain/cost/price-book.ts';
import { usualRubric } from '../../../domain/evaluation/judge/rubric.ts';
import { catalogue } from '../../../providers/catalogue/index.ts';
import { openProviders } from '../../../providers/index.ts';
import { readJudge, readSample } from '../../../server/report/read-judge.ts';
import { type JudgeServer, startJudge } from '../../support/judge-server.ts';

const run = 'fine-tune/graded/00000000/1';
const judge: Judge = { provider: 'compatible', model: 'grader', rubric: usualRubric };
const rows = Array.from(
  { length: 40 },
  (_, i): Row => ({
    id: `t:${i}`,
    file: 't',
    line: i,
    input: `question ${i}`,
    output: `answer ${i}`,
    group: null,
    columns: {},
    origin: null,
    weight: 1,
  }),
);
let database: OpenDatabase;
let server: JudgeServer;
let folder: string;
let deps: ActivityDeps;
let test: ArtifactRef;
const arms: Arm[] = [];

beforeAll(async () => {
  server = await startJudge('fair');
  folder = await mkdtemp(join(tmpdir(), 'tunegate-test-'));
  database = openDatabase(inject('stack').databaseUrl, { max: 4 });
  const parts: Pick<ActivityDeps, 'db' | 'store' | 'providers' | 'cost'> = {
    db: database.db,
    store: openArtifacts(pathToFileURL(folder).href),
    providers: openProviders({ COMPATIBLE_BASE_URL: server.url, COMPATIBLE_API_KEY: 'none' }),
    cost: { prices: priceBook(catalogue), perDayMicroUsd: null },
  };
  deps = parts as ActivityDeps;
  const { db, store } = deps;
  test = await store.putLines(rows);
  const specRef = await store.putJson({});
  await db.insert(runs).values({ id: run, name: 'graded', specHash: '0', n: 1, specRef, sources: { files: {} }, state: 'ended' } as never);
  for (const [name, right] of [
    ['lora', 9],
    ['zero-shot', 5],
  ] as const) {
    const artifact: Artifact = {
      version: 1,
      provider: 'local',
      base: `base-of-${name}`,
      weights: null,
      task: { type: 'generation' },
      prompt: { system: null, examples: [], user: '{{input}}' },
      decoding: { mode: 'text', maxTokens: 8, temperature: 0 },
      retrieval: null,
    };
    const arm: Arm = { name, kind: name === 'lora' ? 'tuned' : 'untuned', artifact: await store.putJson(artifact), provider: 'local' };
    await saveArm(db, run, arm, { model: name, jobKey: null });
    const predictions = rows.map((row, i): Prediction => {
      const answer = i === 3 ? null : (i * 7) % 10 < right ? row.output : 'nobody knows';
      const silent = { raw: '', scores: null, latencyMs: 1, promptTokens: 1, completionTokens: 1, error: null };
      return { row: row.id, expected: row.output, answer, ...silent };
    });
    const figures = { metrics: {}, n: rows.length, unparseable: 1, microUsd: 0, seconds: 0, p50Ms: 0, p95Ms: 0 };
    await saveEvaluation(db, {
      artifact: arm.artifact,
      rowsHash: test,
      split: 'test',
      predictionsRef: await store.putLines(predictions),
      ...figures,
    });
    arms.push(arm);
  }
});
afterAll(async () => {
  await database.db.delete(runs).where(eq(runs.id, run));
  await database.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const asking = { run, signal: new AbortController().signal, report: () => undefined };

describe('a judge', () => {
  it('grades every answer once, whichever run asks, and its grades stand among the metrics of the arm', async () => {
    for (const arm of arms) await saveJudgement(deps.db, { run, artifact: arm.artifact }, await gradeArm(deps, judge, arm, rows, test, asking));
    const asked = server.asked();
    expect(asked).toBe(2 * 39);
    for (const arm of arms) await gradeArm(deps, judge, arm, rows, test, asking);
    expect(server.asked()).toBe(asked);
    const [lora, zero] = (await readArms(deps.db, run, test)).map(({ document }) => document.metrics.judge);
    expect(lora?.value).toBeGreaterThan(zero?.high ?? 1);
  });

  it('is asked for its preference only where answers differ, in both orders', async () => {
    const [candidate, target] = arms as [Arm, Arm];
    const before = server.asked();
    await compareAnswers(deps, judge, { candidate, target }, rows, test, asking);
    expect(server.asked() - before).toBe(2 * 16);
    const preferences = await preferencesBetween(deps, judge, { candidate: candidate.artifact, target: target.artifact }, test);
    expect(preferences?.filter(({ verdict }) => verdict === 1)).toHaveLength(16);
    expect(preferences?.filter(({ verdict, flipped }) => verdict === -1 || flipped)).toHaveLength(0);
  });

  it('is held against people, who do not see its grades', async () => {
    const sample = await readSample(deps.store, deps.db, run, test, 10);
    expect(sample).toMatchObject({ model: 'compatible/grader', rubric: usualRubric, agreement: { n: 0 } });
    expect(Object.keys(sample?.sample[0] ?? {}).toSorted()).toEqual(['answer', 'expected', 'input', 'judgement', 'row']);
    for (const { judgement, row, answer, expected } of sample?.sample ?? [])
      await saveLabel(deps.db, { judgement, row, by: 'ada', grade: answer === expected ? 5 : 2 });
    const report = await readJudge(deps.store, deps.db, run, test);
    expect(report?.agreement.n).toBe(10);
    expect(report?.agreement.kappa).toBeGreaterThan(0.6);
  });

  it('does not grade itself', async () => {
    await expect(gradeArm(deps, { ...judge, model: 'Base-Of-Lora' }, arms[0] as Arm, rows, test, asking)).rejects.toThrow(
      'is the model behind the arm lora',
    );
  });
});
