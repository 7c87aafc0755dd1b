import { describe, expect, test } from 'vitest';
import { serverUnderTest, smallRequest } from './server-under-test.ts';

describe('starting runs', () => {
  test('concurrent triggers with one idempotency key join one run; a later one is a new run', async () => {
    const { client } = await serverUnderTest();
    const request = { ...(await smallRequest(client, 'same-key')), idempotencyKey: 'same-key-1' };
    const started = await Promise.all(Array.from({ length: 8 }, () => client.runs.start(request)));
    expect(new Set(started.map((s) => s.run)).size).toBe(1);
    expect(started.filter((s) => !s.joined)).toHaveLength(1);
    const run = started[0]?.run ?? '';
    await client.runs.cancel(run, 'test');
    await client.runs.wait(run);
    const later = await client.runs.start(request);
    expect(later).toMatchObject({ run: run.replace(/\/1$/, '/2'), joined: false });
    await client.runs.cancel(later.run, 'test');
    expect((await client.runs.wait(later.run)).outcome).toBe('cancelled');
  });

  test('concurrent triggers without a key get a number each', async () => {
    const { client } = await serverUnderTest();
    const request = await smallRequest(client, 'no-key');
    const runs = (await Promise.all(Array.from({ length: 5 }, () => client.runs.start(request)))).map((s) => s.run);
    expect(runs.map((run) => Number(run.split('/').at(-1))).sort()).toEqual([1, 2, 3, 4, 5]);
    await Promise.all(runs.map((run) => client.runs.cancel(run, 'test')));
    for (const run of runs) expect((await client.runs.wait(run)).outcome).toBe('cancelled');
    await expect(client.runs.status('no-key')).rejects.toMatchObject({ code: 'ambiguous', message: expect.stringContaining('/5') });
    await expect(client.runs.approve(runs[0] ?? '', { by: 'test' })).rejects.toMatchObject({
      code: 'conflict',
      message: 'the run has ended: cancelled',
    });
    await expect(client.runs.cancel(runs[0] ?? '', 'test')).rejects.toMatchObject({ code: 'conflict' });
  });

  test('one key for two specs is a conflict that names the open run', async () => {
    const { client } = await serverUnderTest();
    const { run } = await client.runs.start({ ...(await smallRequest(client, 'first-spec')), idempotencyKey: 'two-specs' });
    await expect(client.runs.start({ ...(await smallRequest(client, 'second-spec')), idempotencyKey: 'two-specs' })).rejects.toMatchObject({
      code: 'conflict',
      where: run,
    });
    await client.runs.cancel(run, 'test');
    await client.runs.wait(run);
  });

  test('what is wrong with a request is said before anything starts', async () => {
    const { client, url, key } = await serverUnderTest();
    const request = await smallRequest(client, 'bad');
    const before = (await client.runs.list({ limit: 500 })).length;
    const missing = { './train.csv': { ref: `sha256:${'0'.repeat(64)}` as const, bytes: 1, origin: '/x/train.csv' } };
    await expect(client.runs.start({ ...request, files: missing })).rejects.toMatchObject({ code: 'artifact_missing', where: '/x/train.csv' });
    await expect(client.runs.start({ ...request, spec: { ...request.spec, task: { type: 'magic' } as never } })).rejects.toMatchObject({
      code: 'bad_spec',
      where: expect.stringContaining('task'),
    });
    await expect(client.runs.start({ ...request, spec: { ...request.spec, budgt: 1 } as never })).rejects.toMatchObject({ code: 'unknown_key' });
    await expect(
      client.runs.start({ ...request, spec: { ...request.spec, candidates: { untuned: [], tuned: [{ provider: 'nowhere', base: 'x' }] } } }),
    ).rejects.toMatchObject({ code: 'not_supported', where: 'candidates.tuned[0].provider' });
    await expect(client.runs.status('nothing-like-it')).rejects.toMatchObject({
      code: 'not_found',
      remedy: expect.stringContaining('tunegate runs'),
    });
    const notJson = await fetch(`${url}/api/runs`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: '{' });
    expect([notJson.status, ((await notJson.json()) as { error: { code: string } }).error.code]).toEqual([400, 'bad_spec']);
    expect((await client.runs.list({ limit: 500 })).length).toBe(before);
  });
});
