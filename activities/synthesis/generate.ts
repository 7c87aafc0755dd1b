import { saveWritten, secondsSpent, writtenRows } from '../../db/queries/synthesis.ts';
import { type CandidateRequest, promptVersion, type WrittenCandidate } from '../../domain/synthesis/candidate.ts';
import { sha256 } from '../../domain/hash.ts';
import type { CompletionRequest } from '../../providers/provider.ts';
import { settledMicroUsd } from '../../db/queries/spend.ts';
import { buyAnswers } from '../cost/answers.ts';
import type { ActivityDeps } from '../deps.ts';
import type { PartReport } from '../progress.ts';

/** Where there are batches, rows come in groups of at most this size, and after a crash a group under way is joined; elsewhere one by one, a few at a time. */
const batchSize = 4;
const parallelCalls = 4;
/** So that a small model that rambles still closes its answer within the tokens it has. */
const mostCharacters = { message: 240, quote: 200, question: 160, answer: 160 } as const;

export interface Teacher {
  readonly provider: string;
  readonly model: string;
}

interface Generation {
  readonly run: string;
  readonly key: string;
  readonly teacher: Teacher;
  readonly requests: readonly CandidateRequest[];
  readonly maximumSeconds: number;
}

/**
 * Has the teacher write the candidates that are not written yet, until all are or the time is up. Each row is stored as it comes, so that whatever crashes,
 * none is written twice and none is lost; time that earlier attempts took counts.
 */
export async function writeCandidates(
  deps: ActivityDeps,
  work: Generation,
  report: (p: PartReport) => void,
  signal: AbortSignal,
): Promise<WrittenCandidate[]> {
  const provider = deps.providers(work.teacher.provider);
  const lanes = provider.capabilities.batch ? 1 : parallelCalls;
  const known = new Set((await writtenRows(deps.db, work.key)).map((row) => row.ordinal));
  const open = work.requests.filter((request) => !known.has(request.ordinal));
  const bought = await buyAnswers(
    deps,
    {
      run: work.run,
      purpose: `synthesis:${work.key}`,
      kind: 'synthesis',
      label: 'rows',
      provider: work.teacher.provider,
      model: work.teacher.model,
      isTuned: false,
    },
    open.map((request) => completionRequest(request, work.teacher.model)),
  );
  let spent = await secondsSpent(deps.db, work.key);
  let done = known.size;
  report({ done, total: work.requests.length, detail: 'the teacher writes' });

  /** As many rows as fit into the time that is left, by the mean of those written; one while nothing is known. Depends on what is stored alone, so that a retry asks for the same group. */
  const nextGroup = (): CandidateRequest[] => {
    const left = work.maximumSeconds - spent;
    const fitting = done === 0 ? Number(left > 0) : Math.floor((left * done) / Math.max(spent, 0.001));
    return open.splice(0, Math.min(fitting, provider.capabilities.batch ? batchSize : 1));
  };
  const lane = async (): Promise<void> => {
    for (let group = nextGroup(); group.length > 0; group = nextGroup()) {
      signal.throwIfAborted();
      const started = performance.now();
      const key = sha256(`${work.key}\n${group.map((r) => r.ordinal).join(',')}`);
      const answers = await provider.batch(
        key,
        group.map((r) => completionRequest(r, work.teacher.model)),
        () => undefined,
        { signal },
      );
      // Of calls side by side each takes its share of the clock.
      const seconds = (performance.now() - started) / 1000 / lanes;
      const requestRefs = await Promise.all(group.map((request) => deps.store.putJson(request)));
      await saveWritten(
        deps.db,
        group.map((request, i) => ({
          key: work.key,
          ordinal: request.ordinal,
          generator: request.generator,
          promptVersion,
          teacher: `${work.teacher.provider}/${work.teacher.model}`,
          seedRow: request.seed?.row ?? null,
          document: request.source?.document ?? null,
          requestRef: requestRefs[i] ?? '',
          output: answers[i]?.text ?? '',
          error: answers[i]?.error ?? null,
          promptTokens: answers[i]?.promptTokens ?? 0,
          completionTokens: answers[i]?.completionTokens ?? 0,
          seconds: seconds / group.length,
        })),
      );
      spent += seconds;
      done += group.length;
      report({
        done,
        total: work.requests.length,
        detail: `the teacher writes · ${Math.round(spent)} of at most ${Math.round(work.maximumSeconds)} s`,
      });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));

  const written = await writtenRows(deps.db, work.key);
  // What another run has paid for of these rows is settled in its name.
  const elsewhere = await settledMicroUsd(deps.db, `synthesis:${work.key}`);
  await bought.settle(Math.max(0, bought.costOf(written, spent * 1000) - elsewhere));

  const byOrdinal = new Map(work.requests.map((request) => [request.ordinal, request]));
  return written.flatMap(({ ordinal, output, error }) => {
    const request = byOrdinal.get(ordinal);
    return request ? [{ request, output, error }] : [];
  });
}

function completionRequest(request: CandidateRequest, model: string): CompletionRequest {
  const properties = Object.fromEntries(request.fields.map((field) => [field, { type: 'string', maxLength: mostCharacters[field] }]));
  return {
    id: String(request.ordinal),
    model,
    maxTokens: request.sampling.maxTokens,
    temperature: request.sampling.temperature,
    seed: request.sampling.seed,
    labels: null,
    messages: [
      { role: 'system', content: `You write what people say to a company. Answer with a JSON object with: ${request.fields.join(', ')}.` },
      { role: 'user', content: request.prompt },
    ],
    schema: { type: 'object', properties, required: [...request.fields], additionalProperties: false },
  };
}
