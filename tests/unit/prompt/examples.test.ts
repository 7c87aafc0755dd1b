import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Artifact } from '../../../contracts/artifact.ts';
import type { Row } from '../../../contracts/rows.ts';
import { openArtifacts } from '../../../db/artifacts/open.ts';
import type { ArtifactStore } from '../../../db/artifacts/store.ts';
import { examplesFor } from '../../../db/knowledge/examples.ts';
import { randomExamples } from '../../../domain/prompt/examples.ts';
import { renderRequest } from '../../../domain/prompt/render.ts';
import { decodingOf, promptTemplate } from '../../../domain/prompt/template.ts';

let folder: string;
let store: ArtifactStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tunegate-test-'));
  store = openArtifacts(pathToFileURL(folder).href);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Two directions: messages with money in them, and all others. */
const embed = async (_: unknown, texts: readonly string[]) =>
  texts.map((text) => [text.includes('invoice') ? 1 : 0, text.includes('invoice') ? 0 : 1]);

test('the examples nearest to a question are put before it, the nearest last', async () => {
  const task = { type: 'classification', labels: ['billing', 'login'] } as const;
  const pool = await store.putLines([
    { input: 'my invoice is wrong', output: 'billing', vector: [1, 0] },
    { input: 'an invoice, and I cannot log in', output: 'billing', vector: [0.8, 0.6] },
    { input: 'I cannot log in', output: 'login', vector: [0, 1] },
  ]);
  const artifact: Artifact = {
    version: 1,
    provider: 'local',
    base: 'b',
    weights: null,
    task,
    prompt: { ...promptTemplate(task, undefined), nearest: { pool, count: 2, embedding: { provider: 'local', model: 'm' } } },
    decoding: decodingOf(task),
    retrieval: null,
  };
  const [examples = []] = await examplesFor({ store, embed }, artifact, ['where is my invoice']);
  expect(examples.map(({ input }) => input)).toEqual(['an invoice, and I cannot log in', 'my invoice is wrong']);
  const { messages } = renderRequest(artifact, { id: '1', input: 'where is my invoice', examples }, 'b');
  expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user', 'assistant', 'user']);
  expect(messages.at(-2)?.content).toBe('billing');
});

test('an artifact whose examples stand fast asks for none', async () => {
  const prompt = promptTemplate({ type: 'generation' }, undefined);
  expect(await examplesFor({ store, embed }, { prompt }, ['a', 'b'])).toEqual([[], []]);
});

test('random examples are the same for the same rows, and as many as were asked for', () => {
  const rows = Array.from({ length: 50 }, (_, i) => ({ id: `a:${i}`, input: `text ${i}`, output: 'x' }) as Row);
  expect(randomExamples(rows, 8)).toHaveLength(8);
  expect(randomExamples(rows, 8)).toEqual(randomExamples([...rows], 8));
  expect(randomExamples(rows, 99)).toHaveLength(50);
});
