import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TunegateError } from '../../contracts/errors.ts';
import { type Job, type Provider, ProviderError } from '../../providers/provider.ts';
import type { WireFault } from '../support/provider-simulator/faults.ts';
import { type Simulator, startSimulator } from '../support/provider-simulator/server.ts';
import { calm } from '../support/provider-simulator/service.ts';
import { conversationTokens } from '../support/provider-simulator/tokens.ts';
import { until } from '../support/until.ts';
import { type AdapterUnderTest, adapters, openAdapter, requestFor } from './adapters.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

const hello = {
  id: '1',
  model: 'any',
  messages: [{ role: 'user', content: 'hello' } as const],
  maxTokens: 9,
  temperature: 0,
  labels: null,
  schema: null,
};

let keys = 0;
const newKey = () => createHash('sha256').update(`conformance-${++keys}`).digest('hex');
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => error,
  );

/** Unclear for a create, worth a repeat for a look. */
const unclear: readonly (readonly [string, WireFault])[] = [
  ['408', { kind: 'status', status: 408 }],
  ['409', { kind: 'status', status: 409 }],
  ['500', { kind: 'status', status: 500 }],
  ['503', { kind: 'status', status: 503 }],
  ['a cut answer', { kind: 'cut' }],
  ['JSON that is none', { kind: 'malformed' }],
  ['an answer of another form', { kind: 'empty' }],
  ['an effect without an answer', { kind: 'silent' }],
  ['an answer too late', { kind: 'slow', ms: 700 }],
];

describe.each(adapters.map((a): [string, AdapterUnderTest] => [a.name, a]))('%s', (name, adapter) => {
  let simulator: Simulator;
  let provider: Provider;
  beforeAll(async () => {
    simulator = await startSimulator(adapter.dialect);
    provider = openAdapter(adapter, simulator.url);
  });
  afterAll(() => simulator.close());
  afterEach(() => {
    simulator.faults.clear();
    Object.assign(simulator.service.behaviour, calm);
  });
  const begin = async (key = newKey()): Promise<Job> => {
    const request = requestFor(adapter, key);
    return provider.createJob(request, await provider.uploadFiles(request));
  };
  const jobsMade = () => simulator.service.jobs.size;

  it('trains to the end, and names a model and the tokens where the service tells them', async () => {
    let job = await begin();
    for (let looks = 0; job.status !== 'succeeded' && looks < 6; looks++) job = await provider.job(job.id);
    expect(job).toMatchObject({ status: 'succeeded', model: expect.any(String) });
    if (name !== 'bedrock') expect(job.trainedTokens).toBe(simulator.service.bill.lines.at(-1)?.tokens);
  });

  it.each(unclear)('takes %s on a look as worth a repeat, and the repeat succeeds', async (_, fault) => {
    const { id } = await begin();
    simulator.faults.arm('job', fault);
    expect(await failureOf(provider.job(id))).toMatchObject({ name: 'ProviderError', failure: 'retry' });
    expect((await provider.job(id)).id).toBe(id);
  });

  it.each(unclear)('takes %s on a create as unclear, and never ends with two jobs for the key', async (_, fault) => {
    const before = jobsMade();
    const request = requestFor(adapter, newKey());
    const files = await provider.uploadFiles(request);
    simulator.faults.arm('create', fault);
    const failure = await failureOf(provider.createJob(request, files));
    if (failure !== 'none') expect(failure).toMatchObject({ name: 'ProviderError', failure: 'ambiguous' });
    // An answer too late may belong to an effect that comes later still: that is what the capability's listing lag waits for.
    if (fault.kind === 'slow') await until('the late effect took place', () => jobsMade() > before);
    const found = provider.capabilities.submission === 'idempotent' ? await provider.createJob(request, files) : await provider.findJob(request);
    expect(jobsMade() - before).toBe(fault.kind === 'status' && found === null ? 0 : 1);
    if (fault.kind !== 'status') expect(found).not.toBeNull();
  });

  it('takes 429 as not now, nothing made, with the time the service names', async () => {
    const request = requestFor(adapter, newKey());
    const files = await provider.uploadFiles(request);
    const before = jobsMade();
    simulator.faults.arm('create', { kind: 'status', status: 429, retryAfterSeconds: 7 });
    expect(await failureOf(provider.createJob(request, files))).toMatchObject({ failure: 'retry', retryAfterMs: 7000 });
    expect(jobsMade()).toBe(before);
  });

  it('takes 401 as final', async () => {
    const { id } = await begin();
    simulator.faults.arm('job', { kind: 'status', status: 401 });
    expect(await failureOf(provider.job(id))).toMatchObject({ failure: 'never', status: 401 });
  });

  it('goes through a burst of failing uploads by repeats that cost nothing', async () => {
    const request = requestFor(adapter, newKey());
    simulator.faults.arm('upload', { kind: 'status', status: 500 }, 2);
    expect(await failureOf(provider.uploadFiles(request))).toMatchObject({ failure: 'retry' });
    expect(await failureOf(provider.uploadFiles(request))).toMatchObject({ failure: 'retry' });
    expect((await provider.uploadFiles(request)).training).toEqual(expect.any(String));
  });

  it('finds a job by its key only after the listing shows it, where jobs are searched', async () => {
    if (provider.capabilities.submission !== 'searchable') return;
    const key = newKey();
    simulator.service.behaviour.listingLagMs = 60_000;
    const job = await begin(key);
    expect(await provider.findJob(requestFor(adapter, key))).toBeNull();
    simulator.service.behaviour.listingLagMs = 0;
    expect((await provider.findJob(requestFor(adapter, key)))?.id).toBe(job.id);
    expect(await provider.findJob(requestFor(adapter, newKey()))).toBeNull();
  });

  it.each(adapter.words)('knows the documented state %s', async (word) => {
    const { id } = await begin();
    simulator.service.behaviour.rawState = word;
    expect((await provider.job(id)).status).not.toBe('unknown');
  });

  it('tells a state that no document has as unknown, in the service’s own word', async () => {
    const { id } = await begin();
    simulator.service.behaviour.rawState = 'DREAMING';
    expect(await provider.job(id)).toMatchObject({ status: 'unknown', rawStatus: 'DREAMING' });
  });

  it('follows a state that goes backwards to its end', async () => {
    simulator.service.behaviour.goesBackAt = 2;
    let job = await begin();
    for (let looks = 0; job.status !== 'succeeded' && looks < 8; looks++) job = await provider.job(job.id);
    expect(job.status).toBe('succeeded');
  });

  it('says so when a job has vanished', async () => {
    const { id } = await begin();
    simulator.service.behaviour.vanish = true;
    expect(await failureOf(provider.job(id))).toMatchObject({ status: 404, failure: 'never' });
  });

  it('gives the service’s words for a moderation refusal', async () => {
    simulator.service.behaviour.moderation = 'the training file breaks our usage policy';
    const { id } = await begin();
    const job = await provider.job(id);
    expect(job).toMatchObject({ status: 'failed', error: 'the training file breaks our usage policy' });
  });

  it('leaves a file that stays in processing to a later try', async () => {
    simulator.service.behaviour.fileLooks = Number.POSITIVE_INFINITY;
    const outcome = await failureOf(provider.uploadFiles(requestFor(adapter, newKey())));
    const waits = simulator.requests.some((r) => r.verb === 'file');
    if (waits) expect(outcome).toMatchObject({ failure: 'retry', message: expect.stringContaining('still being processed') });
  });

  it('cancels', async () => {
    const { id } = await begin();
    await provider.cancel(id);
    expect((await provider.job(id)).status).toBe('cancelled');
  });

  it('sends nothing when the rows are outside the limits', async () => {
    const before = simulator.requests.length;
    const { minimumRows } = provider.capabilities.limits;
    const error = await failureOf(provider.uploadFiles(requestFor(adapter, newKey(), minimumRows - 1)));
    expect(error).toBeInstanceOf(TunegateError);
    expect(error).toMatchObject({ code: 'too_few_rows' });
    expect(simulator.requests.length).toBe(before);
  });

  it('deploys once, answers, and takes down, however often it is asked', async () => {
    let job = await begin();
    for (let looks = 0; job.status !== 'succeeded' && looks < 6; looks++) job = await provider.job(job.id);
    const model = { base: job.model ?? '', weights: null };
    const standing = simulator.service.deployments.size;
    const served = await provider.deploy(model);
    expect(await provider.deploy(model)).toBe(served);
    expect(simulator.service.deployments.size - standing).toBe(provider.capabilities.deployment === 'separate' ? 1 : 0);
    const ask = { ...hello, model: served };
    expect(await provider.complete(ask)).toMatchObject({ text: 'billing', promptTokens: conversationTokens(ask.messages), completionTokens: 1 });
    await provider.undeploy(served);
    await provider.undeploy(served);
    if (provider.capabilities.deployment === 'separate') expect(simulator.service.deployments.size).toBe(standing);
  });

  it('answers many requests in their order, and joins a batch that is asked for again', async () => {
    const requests = Array.from({ length: 5 }, (_, i) => ({ ...hello, id: `${i}`, messages: [{ role: 'user', content: `question ${i}` } as const] }));
    const key = newKey();
    const answers = await provider.batch(key, requests, () => undefined);
    expect(answers.map(({ id, text, error }) => [id, text, error])).toEqual(requests.map(({ id }) => [id, `question ${id}`, null]));
    const begun = () => simulator.requests.filter((r) => r.verb === 'batch').length;
    const before = begun();
    expect(await provider.batch(key, requests, () => undefined)).toMatchObject(answers.map(({ id, text }) => ({ id, text })));
    if (provider.capabilities.batch) expect(begun()).toBe(before);
  });

  it('asks no more at once than it may, where answers are single calls', async () => {
    if (provider.capabilities.batch) return;
    const most = provider.capabilities.rate.parallelCalls;
    const before = simulator.requests.length;
    simulator.faults.arm('complete', { kind: 'slow', ms: 60 }, 3 * most);
    const requests = Array.from({ length: 3 * most }, (_, i) => ({ ...hello, id: `${i}` }));
    await provider.batch(newKey(), requests, () => undefined);
    expect(Math.max(...simulator.requests.slice(before).map((request) => request.atOnce))).toBe(most);
  });

  it('tells checkpoints and events without failing', async () => {
    const { id } = await begin();
    const events = await provider.events(id, null);
    expect(await provider.events(id, events.at(-1)?.id ?? null)).not.toContainEqual(events.at(-1) ?? {});
    if (provider.capabilities.checkpoints) expect(Array.isArray(await provider.checkpoints(id))).toBe(true);
  });

  it('is opened only with its variables, and names the one that is missing', () => {
    const [first] = Object.keys(adapter.variables('http://127.0.0.1:1'));
    const { [first as string]: _, ...rest } = adapter.variables('http://127.0.0.1:1');
    expect(() => openAdapter({ ...adapter, variables: () => rest }, '')).toThrow(expect.objectContaining({ code: 'key_missing', where: first }));
  });

  it('fails as a ProviderError where nobody listens', async () => {
    const nowhere = openAdapter(adapter, 'http://127.0.0.1:9');
    expect(await failureOf(nowhere.job('job-1'))).toBeInstanceOf(ProviderError);
  });
});
