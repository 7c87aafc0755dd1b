/** Index, retrieval and generation on the real database and the real trainer. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ActivityDeps } from '../../../activities/deps.ts';
import { knowledgeDeps } from '../../../activities/knowledge/deps.ts';
import { writeCandidates } from '../../../activities/synthesis/generate.ts';
import type { Chunk, KnowledgeIndex } from '../../../contracts/knowledge.ts';
import { openArtifacts } from '../../../db/artifacts/open.ts';
import { type OpenDatabase, openDatabase } from '../../../db/database.ts';
import { passagesFor, retrieve, retrieveChunks } from '../../../db/knowledge/retrieve.ts';
import { storeChunks } from '../../../db/knowledge/store-index.ts';
import { countChunks } from '../../../db/queries/knowledge.ts';
import { writtenRows } from '../../../db/queries/synthesis.ts';
import type { CandidateRequest } from '../../../domain/synthesis/candidate.ts';
import { paraphrase } from '../../../domain/synthesis/prompts.ts';
import { priceBook } from '../../../domain/cost/price-book.ts';
import { catalogue } from '../../../providers/catalogue/index.ts';
import { openProviders } from '../../../providers/index.ts';

const embedding = { provider: 'local', model: 'all-minilm-l6-v2' } as const;
const texts = [
  'The battery is charged in four hours with the charger that comes with the bike.',
  'A bike can be returned within 30 days if it has been ridden no more than 100 km.',
  'The folding lock has security level 10 and costs 89 euros.',
  'Child seats are for children from 9 months to 6 years.',
];
const chunksOf = (said: readonly string[]): Chunk[] =>
  said.map((text, ordinal) => ({ ordinal, document: 'handbook.md', line: ordinal + 1, headings: ['Handbook'], text }));

let database: OpenDatabase;
let folder: string;
let deps: Pick<ActivityDeps, 'db' | 'store' | 'providers' | 'cost'>;

beforeAll(async () => {
  const stack = inject('stack');
  database = openDatabase(stack.databaseUrl, { max: 4 });
  folder = await mkdtemp(join(tmpdir(), 'tunegate-test-'));
  deps = {
    db: database.db,
    store: openArtifacts(pathToFileURL(folder).href),
    providers: openProviders({ TRAINER_URL: stack.trainerUrl, TRAINER_KEY: stack.trainerKey }),
    cost: { prices: priceBook(catalogue), perDayMicroUsd: null },
  };
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

async function putIndex(chunks: readonly Chunk[]) {
  const index: KnowledgeIndex = { version: 1, embedding, chunks: await deps.store.putLines(chunks), count: chunks.length };
  return deps.store.putJson(index);
}

describe('an index', () => {
  it('embeds a text once, whichever index asks', async () => {
    const first = chunksOf(texts.slice(0, 3));
    expect(await storeChunks(knowledgeDeps(deps), { index: await putIndex(first), embedding }, first, () => undefined)).toEqual({
      embedded: 3,
      reused: 0,
    });
    const grown = chunksOf(texts);
    expect(await storeChunks(knowledgeDeps(deps), { index: await putIndex(grown), embedding }, grown, () => undefined)).toEqual({
      embedded: 1,
      reused: 3,
    });
  });

  it('that the database has not seen is rebuilt from the artifact store', async () => {
    const index = await putIndex(chunksOf([...texts].reverse()));
    expect(await countChunks(deps.db, index)).toBe(0);
    expect(await retrieve(knowledgeDeps(deps), index, 'Within how many days can it be returned?', 1)).toEqual([`Handbook: ${texts[1]}`]);
    expect(await countChunks(deps.db, index)).toBe(texts.length);
  });

  it('gives one question alone the passages that it has among others', async () => {
    const index = await putIndex(chunksOf(texts));
    const questions = ['How old must my child be?', 'price of the lock', 'How long does charging take?'];
    const together = await retrieveChunks(knowledgeDeps(deps), index, questions, 2);
    expect(together.map(([best]) => best?.ordinal)).toEqual([3, 2, 0]);
    for (const [i, question] of questions.entries())
      expect((await retrieveChunks(knowledgeDeps(deps), index, [question], 2))[0]).toEqual(together[i]);
  });

  it('is not asked by an artifact without retrieval', async () => {
    expect(await passagesFor(knowledgeDeps(deps), { retrieval: null }, ['a', 'b'])).toEqual([[], []]);
  });
});

describe('generation', () => {
  const requests = texts.map(
    (text, ordinal): CandidateRequest => ({
      ordinal,
      generator: 'paraphrase',
      label: null,
      seed: null,
      source: null,
      ...paraphrase(text),
      sampling: { temperature: 0.8, seed: ordinal, maxTokens: 24 },
    }),
  );
  const work = {
    run: 'test of generation',
    key: 'test of generation',
    teacher: { provider: 'local', model: 'smollm2-135m-instruct' },
    maximumSeconds: 600,
  };
  const write = (part: readonly CandidateRequest[], maximumSeconds = work.maximumSeconds) =>
    writeCandidates(deps as ActivityDeps, { ...work, requests: part, maximumSeconds }, () => undefined, new AbortController().signal);

  it('goes on behind the rows that are written, and writes none twice', async () => {
    await write(requests.slice(0, 2));
    const before = await writtenRows(deps.db, work.key);
    expect(before.map((row) => row.ordinal)).toEqual([0, 1]);
    const all = await write(requests);
    expect(all.map(({ request }) => request.ordinal)).toEqual([0, 1, 2, 3]);
    expect((await writtenRows(deps.db, work.key)).slice(0, 2)).toEqual(before);
  });

  it('counts the time of earlier attempts', async () => {
    const more = requests.map((request) => ({ ...request, ordinal: request.ordinal + 10 }));
    expect((await write([...requests, ...more], 0)).length).toBe(requests.length);
  });
});
