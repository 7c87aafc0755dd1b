import { setTimeout as pause } from 'node:timers/promises';
import type OpenAI from 'openai';
import { toFile } from 'openai';
import type { Batch } from 'openai/resources/batches';
import type { ChatCompletion } from 'openai/resources/chat/completions';
import { answerByCalls, failedAnswer } from './bounded-calls.ts';
import { chatBody, keyField, readCompletion } from './openai-chat.ts';
import { type BatchProgress, type Completion, type CompletionRequest, type Provider, ProviderError } from './provider.ts';

interface BatchWork {
  readonly client: OpenAI;
  readonly provider: Provider;
  readonly key: string;
  readonly requests: readonly CompletionRequest[];
  readonly onProgress: (progress: BatchProgress) => void;
  readonly signal: AbortSignal | undefined;
}

/** One line of a batch's output file; `latency_ms` is our trainer's addition. */
interface OutputLine {
  custom_id: string;
  response: { status_code: number; body: ChatCompletion & { error?: { message: string } }; latency_ms?: number } | null;
  error: { message: string } | null;
}

const pollMs = 700;

/** Answers every request by `/v1/batches` where the service has it, else by bounded parallel calls. The order of the answers is the order of the requests. */
export async function answerBatch(work: BatchWork): Promise<readonly Completion[]> {
  if (work.requests.length === 0) return [];
  return work.provider.capabilities.batch
    ? byBatch(work)
    : answerByCalls(work.provider, work.requests, work.onProgress, work.signal ? { signal: work.signal } : {});
}

async function byBatch(work: BatchWork): Promise<readonly Completion[]> {
  const { client, signal } = work;
  let batch = (await findBatch(work)) ?? (await createBatch(work));
  const cancel = () => void client.batches.cancel(batch.id).catch(() => {});
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    while (!['completed', 'failed', 'expired', 'cancelled'].includes(batch.status)) {
      work.onProgress({ done: batch.request_counts?.completed ?? 0, total: work.requests.length });
      await pause(pollMs, undefined, { signal });
      batch = await client.batches.retrieve(batch.id, { signal });
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
  if (batch.status !== 'completed') {
    throw new ProviderError(
      work.provider.name,
      'retry',
      `batch ${batch.id} ended ${batch.status}: ${batch.errors?.data?.[0]?.message ?? 'no reason given'}`,
    );
  }
  work.onProgress({ done: work.requests.length, total: work.requests.length });
  return readOutput(work, batch);
}

/** The batch that an earlier attempt of the same work has left, unless it failed. */
async function findBatch(work: BatchWork): Promise<Batch | null> {
  for await (const batch of work.client.batches.list({ limit: 100 }, { signal: work.signal })) {
    const isOurs = (batch.metadata as Record<string, string> | null)?.[keyField] === work.key;
    if (isOurs && !['failed', 'expired', 'cancelling', 'cancelled'].includes(batch.status)) return batch;
  }
  return null;
}

async function createBatch(work: BatchWork): Promise<Batch> {
  const lines = work.requests.map((r) =>
    JSON.stringify({ custom_id: r.id, method: 'POST', url: '/v1/chat/completions', body: chatBody(r, work.provider.capabilities) }),
  );
  const file = await work.client.files.create(
    { file: await toFile(Buffer.from(`${lines.join('\n')}\n`), 'batch.jsonl'), purpose: 'batch' },
    { signal: work.signal },
  );
  return work.client.batches.create(
    { input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h', metadata: { [keyField]: work.key } },
    { signal: work.signal, headers: { 'Idempotency-Key': work.key } },
  );
}

async function readOutput(work: BatchWork, batch: Batch): Promise<readonly Completion[]> {
  const answers = new Map<string, OutputLine>();
  for (const id of [batch.output_file_id, batch.error_file_id]) {
    if (!id) continue;
    const text = await (await work.client.files.content(id, { signal: work.signal })).text();
    for (const line of text.split('\n')) {
      if (line.trim() === '') continue;
      const parsed = JSON.parse(line) as OutputLine;
      answers.set(parsed.custom_id, parsed);
    }
  }
  return work.requests.map((request) => {
    const line = answers.get(request.id);
    if (line?.response?.status_code === 200)
      return readCompletion(request, line.response.body, work.provider.capabilities, line.response.latency_ms ?? null);
    return failedAnswer(request, line?.error?.message ?? line?.response?.body.error?.message ?? 'the batch has no answer for this request');
  });
}
