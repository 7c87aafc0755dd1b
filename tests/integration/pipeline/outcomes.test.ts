import OpenAI from 'openai';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Client } from '../../../client/index.ts';
import { asked, clientOf, oneEpoch, startTiny, tinySpec } from '../../support/tiny-pipeline.ts';

let client: Client;
beforeAll(() => {
  client = clientOf(inject('stack'));
});

describe('a run', () => {
  test('goes from files to a served, tuned and compared model, and every number of its document is there', async () => {
    const run = await startTiny(
      client,
      tinySpec('whole-story', { candidates: { untuned: ['zero-shot', { 'few-shot': 3 }, 'classical'], tuned: oneEpoch } }),
    );
    const waiting = await asked(client, run);
    expect(waiting.state).toBe('waiting-for-approval');
    const { decision, document } = waiting;
    expect(document.arms.map((a) => a.name)).toEqual(['zero-shot', 'few-shot-3', 'classical', 'lora-smollm2-135m']);
    for (const arm of document.arms) {
      expect(arm.n).toBe(36);
      expect(arm.metrics.accuracy?.low).toBeLessThanOrEqual(arm.metrics.accuracy?.value ?? Number.NaN);
      expect(arm.metrics.f1_macro?.high).toBeGreaterThanOrEqual(arm.metrics.f1_macro?.value ?? Number.NaN);
    }
    expect(document.arms.find((a) => a.name === 'classical')?.metrics.accuracy?.value).toBeGreaterThan(0.9);
    expect(document.gate?.comparisons.map((c) => c.against)).toContain('classical');
    expect(document.jobs.every((j) => j.status === 'succeeded')).toBe(true);
    expect(waiting.stages.find((s) => s.stage === 'training')?.parts[0]?.loss.length).toBeGreaterThan(0);

    await client.runs.approve(run, { by: 'ada', artifact: decision?.artifact ?? null, comment: 'looks right' });
    const ended = await client.runs.wait(run);
    expect(ended.document).toMatchObject({
      outcome: 'deployed',
      approval: { by: 'ada', verified: false, artifact: decision?.artifact },
      deployment: { endpoint: 'whole-story', arm: decision?.arm },
    });

    const gateway = new OpenAI({
      baseURL: ended.document.deployment?.url ?? '',
      apiKey: readFileSync(ended.document.deployment?.keyFile ?? '', 'utf8').trim(),
      maxRetries: 0,
    });
    const answer = await gateway.chat.completions.create({
      model: 'whole-story',
      messages: [{ role: 'user', content: 'my invoice shows an amount that I never agreed to' }],
    });
    expect(answer.choices[0]?.message.content).toBe('billing');
  });

  test('that finds its candidate to be the champion declines, repeats nothing and spends nothing', async () => {
    // Beaten by nothing, so that the tuned arm itself becomes champion.
    const spec = tinySpec('same-again', { candidates: { untuned: ['zero-shot'], tuned: oneEpoch }, gate: { minimumGain: -1 } });
    const first = await startTiny(client, spec);
    const { decision, document } = await asked(client, first);
    expect(decision?.arm).toBe('lora-smollm2-135m');
    await client.runs.approve(first, { by: 'ada', artifact: decision?.artifact ?? null });
    await client.runs.wait(first);

    const again = await client.runs.wait(await startTiny(client, spec));
    expect(again.document.outcome).toBe('declined');
    expect(again.document.jobs).toEqual(document.jobs);
    expect(again.document.gate?.reasons.join(' ')).toContain('already the champion');
  });

  test('that a person rejects ends rejected and serves nothing', async () => {
    const run = await startTiny(client, tinySpec('rejected'));
    await asked(client, run);
    await client.runs.reject(run, { by: 'eve', comment: 'not today' });
    const { document } = await client.runs.wait(run);
    expect(document).toMatchObject({ outcome: 'rejected', deployment: null });
    expect((await client.endpoints.list()).some((e) => e.endpoint === 'rejected')).toBe(false);
  });

  test('that nobody answers in time ends rejected', async () => {
    const run = await startTiny(client, tinySpec('timed-out', { approval: { timeout: '1s' } }));
    expect((await client.runs.wait(run)).document).toMatchObject({ outcome: 'rejected', approval: null });
  });

  test('with a broken file fails with the file and the line, and leaves nothing half made', async () => {
    const run = await startTiny(client, tinySpec('broken'), {
      rows: { train: 'text,team\n"never closed,billing\n', test: 'text,team\nhi,billing\n' },
    });
    const { document } = await client.runs.wait(run);
    expect(document.outcome).toBe('failed');
    expect(document.error?.where).toContain('train.csv:2');
    expect(document.jobs).toEqual([]);
  });
});

describe('triggers', () => {
  test('with one idempotency key, sent ten times at once, start one run; the same key later starts the next', async () => {
    const spec = tinySpec('ten-times');
    const runs = await Promise.all(Array.from({ length: 10 }, () => startTiny(client, spec, { idempotencyKey: 'ten' })));
    expect(new Set(runs).size).toBe(1);
    const run = runs[0] as string;
    await asked(client, run);
    await client.runs.reject(run, { by: 'eve', comment: null });
    await client.runs.wait(run);
    expect(await startTiny(client, spec, { idempotencyKey: 'ten' })).not.toBe(run);
  });
});

describe('an endpoint', () => {
  test('goes back to the version before', async () => {
    const promoteOnce = async (seedWord: string) => {
      const spec = tinySpec('back-and-forth', {
        task: { type: 'classification', instruction: seedWord },
        candidates: { untuned: [seedWord === 'one' ? 'classical' : 'zero-shot'], tuned: oneEpoch },
        gate: { minimumGain: -1 },
        deployment: { endpoint: 'back-and-forth', strategy: 'all-at-once' },
      });
      const run = await startTiny(client, spec);
      const { decision } = await asked(client, run);
      await client.runs.approve(run, { by: 'ada', artifact: decision?.artifact ?? null });
      return (await client.runs.wait(run)).document.approval?.artifact;
    };
    const [first, second] = [await promoteOnce('one'), await promoteOnce('two')];
    const now = async () => (await client.endpoints.list()).find((e) => e.endpoint === 'back-and-forth');
    expect(await now()).toMatchObject({ champion: { artifact: second }, previous: { artifact: first } });
    await client.endpoints.rollback('back-and-forth', 'ada');
    expect(await now()).toMatchObject({ champion: { artifact: first }, previous: { artifact: second } });
  });
});
