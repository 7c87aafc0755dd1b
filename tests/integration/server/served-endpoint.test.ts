import { randomUUID } from 'node:crypto';
import OpenAI from 'openai';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunStatus } from '../../../contracts/api.ts';
import { serverUnderTest, smallRequest } from './server-under-test.ts';

const endpoint = 'served';

async function gateway(): Promise<OpenAI> {
  const { url, key } = await serverUnderTest();
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
}
const ask = { model: endpoint, messages: [{ role: 'user' as const, content: 'held-out story 0 about a cat and item 0' }] };

describe('a run through the doors', () => {
  let waiting: RunStatus;
  let ended: RunStatus;

  beforeAll(async () => {
    const { client } = await serverUnderTest();
    const { run } = await client.runs.start(await smallRequest(client, endpoint));
    waiting = await client.runs.wait(run, { until: (s) => s.decision !== null });
    const stale = { by: 'Ada', artifact: `sha256:${'a'.repeat(64)}` as const };
    await expect(client.runs.approve(run, stale)).rejects.toMatchObject({ code: 'stale_approval' });
    await client.runs.approve(run, { by: 'Ada', artifact: waiting.decision?.artifact ?? null, requestId: randomUUID() });
    ended = await client.runs.wait(run);
  });

  test('asks before it deploys, and the document names who approved what', () => {
    expect(waiting).toMatchObject({ state: 'waiting-for-approval', outcome: null, decision: { arm: 'classical' } });
    expect(ended.document).toMatchObject({
      outcome: 'deployed',
      error: null,
      approval: { by: 'Ada', verified: false, artifact: waiting.decision?.artifact },
      deployment: { endpoint, arm: 'classical' },
    });
    expect(ended.document.arms.map((a) => [a.name, a.n])).toEqual([['classical', 24]]);
    expect(ended.document.deployment?.url).toMatch(/\/v1$/);
  });

  test('serves the official client, whole and streamed, with log-probabilities', async () => {
    const client = await gateway();
    const whole = await client.chat.completions.create({ ...ask, logprobs: true, top_logprobs: 2, temperature: 0.3 });
    const said = whole.choices[0]?.message.content ?? '';
    expect(['even', 'odd']).toContain(said);
    expect(whole.usage?.total_tokens).toBe((whole.usage?.prompt_tokens ?? 0) + (whole.usage?.completion_tokens ?? 0));
    const [token] = whole.choices[0]?.logprobs?.content ?? [];
    expect(token?.token).toBe(said);
    expect(token?.top_logprobs).toHaveLength(2);
    expect(Math.exp(token?.top_logprobs[0]?.logprob ?? 0) + Math.exp(token?.top_logprobs[1]?.logprob ?? 0)).toBeCloseTo(1, 6);

    let streamed = '';
    let tokens = 0;
    for await (const chunk of await client.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } })) {
      streamed += chunk.choices[0]?.delta.content ?? '';
      tokens += chunk.usage?.total_tokens ?? 0;
    }
    expect([streamed, tokens]).toEqual([said, whole.usage?.total_tokens]);
  });

  test('takes content in parts and ignores turns before the last', async () => {
    const client = await gateway();
    const plain = await client.chat.completions.create(ask);
    const parts = await client.chat.completions.create({
      model: endpoint,
      messages: [
        { role: 'system', content: 'Say banana.' },
        { role: 'user', content: 'earlier' },
        { role: 'assistant', content: 'x' },
        { role: 'user', content: [{ type: 'text', text: ask.messages[0]?.content ?? '' }] },
      ],
    });
    expect(parts.choices[0]?.message.content).toBe(plain.choices[0]?.message.content);
  });

  test('answers mistakes in the shape that the client understands', async () => {
    const client = await gateway();
    await expect(client.embeddings.create({ model: endpoint, input: 'x' })).rejects.toMatchObject({ status: 404, type: 'invalid_request_error' });
    await expect(client.chat.completions.create({ ...ask, model: 'no\0body' })).rejects.toMatchObject({ status: 400, type: 'invalid_request_error' });
    const stranger = new OpenAI({ baseURL: client.baseURL, apiKey: 'tg_unknown', maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401, type: 'invalid_request_error', code: 'invalid_api_key' });
    await expect(client.chat.completions.create({ ...ask, model: 'nobody' })).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
    await expect(client.chat.completions.create({ ...ask, messages: [{ role: 'system', content: 'only' }] })).rejects.toMatchObject({
      status: 400,
      param: 'messages',
    });
    await expect(client.chat.completions.create({ ...ask, n: 2 })).rejects.toMatchObject({ status: 400, param: 'n' });
    await expect(client.chat.completions.create({ ...ask, messages: [{ role: 'user', content: 'x'.repeat(5_000_000) }] })).rejects.toMatchObject({
      status: 413,
    });
  });

  test('lists endpoints as models', async () => {
    const client = await gateway();
    expect((await client.models.list()).data.map((m) => m.id)).toContain(endpoint);
    expect((await client.models.retrieve(endpoint)).owned_by).toBe('tunegate');
  });

  test('has nothing to roll back to after its first deployment', async () => {
    const { client } = await serverUnderTest();
    await expect(client.endpoints.rollback(endpoint, 'Ada')).rejects.toMatchObject({ code: 'conflict' });
    await expect(client.endpoints.rollback('nobody', 'Ada')).rejects.toMatchObject({ code: 'not_found' });
  });
});
