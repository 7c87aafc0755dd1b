/** OpenAI's own Node client, unchanged, against every endpoint of the trainer. `trainer/tests/test_server.py` does it with the Python one. */
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OwnTrainer, startOwnTrainer } from '../support/own-trainer.ts';
import { until } from '../support/until.ts';

const key = 'sk-own';
const teams = ['billing', 'shipping'];
const label = { type: 'json_schema', json_schema: { name: 'team', schema: { type: 'string', enum: teams } } } as const;
let folder: string;
let trainer: OwnTrainer;
let client: OpenAI;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tunegate-test-'));
  trainer = await startOwnTrainer(folder, key);
  client = new OpenAI({ baseURL: `${trainer.url}/v1`, apiKey: key, maxRetries: 0 });
}, 170_000);
afterAll(async () => {
  await trainer?.stop();
  await rm(folder, { recursive: true, force: true });
});

const upload = async (rows: readonly object[], purpose: 'fine-tune' | 'batch' = 'fine-tune') =>
  client.files.create({ file: await toFile(Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')), 'rows.jsonl'), purpose });

const chats = Array.from({ length: 12 }, (_, i) => ({
  messages: [
    { role: 'user', content: `message ${i} about ${teams[i % 2]}` },
    { role: 'assistant', content: teams[i % 2] },
  ],
}));

const method = (hyperparameters: Record<string, unknown>) =>
  ({ type: 'supervised', supervised: { hyperparameters } }) as unknown as OpenAI.FineTuning.JobCreateParams.Method;

const ask = { model: 'tiny', messages: [{ role: 'user', content: 'my card' }] } satisfies Pick<
  OpenAI.ChatCompletionCreateParams,
  'model' | 'messages'
>;

test('files are uploaded, listed, read back and deleted', async () => {
  const file = await upload(chats);
  expect(file).toMatchObject({ object: 'file', filename: 'rows.jsonl', purpose: 'fine-tune', status: 'processed' });
  expect(await (await client.files.content(file.id)).text()).toContain('message 11');
  expect((await client.files.retrieve(file.id)).bytes).toBe(file.bytes);
  const ids: string[] = [];
  for await (const { id } of client.files.list({ purpose: 'fine-tune', limit: 1 })) ids.push(id);
  expect(ids).toContain(file.id);
  expect(await client.files.delete(file.id)).toMatchObject({ id: file.id, deleted: true });
  await expect(client.files.retrieve(file.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
});

test('a job is created, followed, paused, resumed and served', async () => {
  const [training, validation] = [await upload(chats), await upload(chats.slice(0, 4))];
  const hyperparameters = { n_epochs: 6, batch_size: 2, learning_rate: 0.01, rank: 4 };
  const made = await client.fineTuning.jobs.create({
    model: 'tiny',
    training_file: training.id,
    validation_file: validation.id,
    suffix: 'node',
    seed: 3,
    metadata: { who: 'node' },
    method: method(hyperparameters),
  });
  await until('it trains', async () => (await client.fineTuning.jobs.listEvents(made.id)).data.some((e) => e.type === 'metrics'), 120_000);
  await client.fineTuning.jobs.pause(made.id).catch(() => null);
  const paused = (await client.fineTuning.jobs.retrieve(made.id)).status as string;
  if (paused === 'paused') await client.fineTuning.jobs.resume(made.id);
  const job = await until(
    'it has ended',
    async () => {
      const now = await client.fineTuning.jobs.retrieve(made.id);
      return ['succeeded', 'failed'].includes(now.status) && now;
    },
    120_000,
  );
  expect(job).toMatchObject({ status: 'succeeded', error: null, seed: 3, metadata: { who: 'node' } });
  expect(job.trained_tokens).toBeGreaterThan(0);
  const listed = await client.fineTuning.jobs.list({ metadata: { who: 'node' } } as OpenAI.FineTuning.JobListParams);
  expect(listed.data.map(({ id }) => id)).toEqual([job.id]);
  const checkpoints = (await client.fineTuning.jobs.checkpoints.list(job.id)).data;
  expect(checkpoints.map((c) => c.step_number)).toEqual([36, 30, 24, 18, 12, 6]);
  expect(checkpoints[0]?.metrics.full_valid_loss).toBeGreaterThan(0);
  const model = job.fine_tuned_model ?? '';
  expect(await client.models.retrieve(model)).toMatchObject({ id: model, object: 'model' });
  const answer = await client.chat.completions.create({ ...ask, model, response_format: label });
  expect(teams).toContain(JSON.parse(answer.choices[0]?.message.content ?? ''));
  const then = await client.fineTuning.jobs.create({ model, training_file: training.id, method: method({ n_epochs: 50, rank: 4, batch_size: 1 }) });
  expect((await client.fineTuning.jobs.cancel(then.id)).status).toBe('cancelled');
  expect((await client.models.delete(model)).deleted).toBe(true);
});

test('answers come whole, streamed, several at once, sampled by seed, stopped, with probabilities and by schema', async () => {
  const whole = await client.chat.completions.create({ ...ask, temperature: 0, max_completion_tokens: 12 });
  let streamed = '';
  let usage: OpenAI.CompletionUsage | null | undefined;
  const stream = await client.chat.completions.create({
    ...ask,
    temperature: 0,
    max_completion_tokens: 12,
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const chunk of stream) {
    streamed += chunk.choices[0]?.delta.content ?? '';
    usage = chunk.usage ?? usage;
  }
  expect(streamed).toBe(whole.choices[0]?.message.content);
  expect(usage).toEqual(whole.usage);
  const sampled = () => client.chat.completions.create({ ...ask, n: 3, seed: 5, temperature: 1, max_completion_tokens: 8 });
  const [one, two] = [await sampled(), await sampled()];
  expect(one.choices.map((c) => c.message.content)).toEqual(two.choices.map((c) => c.message.content));
  expect(new Set(one.choices.map((c) => c.message.content)).size).toBeGreaterThan(1);
  const stop = (streamed[2] ?? '') as string;
  const stopped = await client.chat.completions.create({ ...ask, temperature: 0, max_completion_tokens: 12, stop });
  expect(stopped.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: streamed.slice(0, streamed.indexOf(stop)) } });
  const chances = await client.chat.completions.create({ ...ask, max_completion_tokens: 2, temperature: 0, logprobs: true, top_logprobs: 3 });
  expect(chances.choices[0]?.logprobs?.content?.[0]?.top_logprobs).toHaveLength(3);
  const schema = { type: 'object', properties: { urgent: { type: 'boolean' } }, required: ['urgent'], additionalProperties: false };
  const json = await client.chat.completions.create({
    ...ask,
    max_completion_tokens: 30,
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
  });
  expect(typeof JSON.parse(json.choices[0]?.message.content ?? '').urgent).toBe('boolean');
});

test('a batch is made, followed, listed and read', async () => {
  const line = (i: number) => ({ custom_id: `${i}`, method: 'POST', url: '/v1/chat/completions', body: { ...ask, response_format: label } });
  const file = await upload([line(0), line(1)], 'batch');
  const made = await client.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' });
  const done = await until('it is done', async () => {
    const now = await client.batches.retrieve(made.id);
    return now.status === 'completed' && now;
  });
  expect(done.request_counts).toEqual({ total: 2, completed: 2, failed: 0 });
  const lines = (await (await client.files.content(done.output_file_id ?? '')).text()).trim().split('\n');
  expect(lines.map((text) => JSON.parse(text).response.status_code)).toEqual([200, 200]);
  expect((await client.batches.list()).data.map(({ id }) => id)).toContain(made.id);
  await expect(client.batches.cancel(made.id)).rejects.toBeInstanceOf(OpenAI.BadRequestError);
});

test('models and embeddings', async () => {
  const ids: string[] = [];
  for await (const { id } of client.models.list()) ids.push(id);
  expect(ids).toEqual(expect.arrayContaining(['tiny', 'all-minilm-l6-v2']));
  const { data } = await client.embeddings.create({ model: 'all-minilm-l6-v2', input: ['a card', 'a card'] });
  expect(data[0]?.embedding).toEqual(data[1]?.embedding);
  expect(Math.hypot(...(data[0]?.embedding ?? []))).toBeCloseTo(1, 4);
});

test.each([
  ['no model', { messages: ask.messages }, 400, 'model'],
  ['a model that is not there', { ...ask, model: 'gpt-9' }, 404, 'model'],
  ['no messages', { model: 'tiny' }, 400, 'messages'],
  ['an unknown role', { model: 'tiny', messages: [{ role: 'king', content: 'x' }] }, 400, 'messages[0].role'],
  ['too hot', { ...ask, temperature: 3 }, 400, 'temperature'],
  ['an unknown argument', { ...ask, wings: 2 }, 400, 'wings'],
])('a request with %s is refused in the shape of OpenAI', async (_, body, status, param) => {
  const error = await client.chat.completions.create(body as OpenAI.ChatCompletionCreateParamsNonStreaming).then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(OpenAI.APIError);
  expect(error).toMatchObject({ status, param, type: 'invalid_request_error' });
});

test('a wrong key, a body that is no JSON and a hyperparameter that cannot be', async () => {
  await expect(new OpenAI({ baseURL: `${trainer.url}/v1`, apiKey: 'sk-wrong', maxRetries: 0 }).models.list()).rejects.toBeInstanceOf(
    OpenAI.AuthenticationError,
  );
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const broken = await fetch(`${trainer.url}/v1/chat/completions`, { method: 'POST', headers, body: '{"model": ' });
  expect([broken.status, ((await broken.json()) as { error: { type: string } }).error.type]).toEqual([400, 'invalid_request_error']);
  const { id } = await upload(chats);
  const refused = client.fineTuning.jobs.create({ model: 'tiny', training_file: id, method: method({ n_epochs: 0 }) });
  await expect(refused).rejects.toMatchObject({ status: 400, param: 'method.supervised.hyperparameters.n_epochs' });
  const fourBit = client.fineTuning.jobs.create({ model: 'tiny', training_file: id, method: method({ tuning: 'qlora' }) });
  await expect(fourBit).rejects.toMatchObject({ status: 400, code: 'unsupported_hardware' });
});
