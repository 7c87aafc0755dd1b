import type { Candidate } from '../../domain/synthesis/candidate.ts';
import { type AnswerVerdict, judgeAnswer } from '../../domain/synthesis/judge-answers.ts';
import { modelOf } from '../../domain/provider-model.ts';
import { sha256 } from '../../domain/hash.ts';
import type { CompletionRequest } from '../../providers/provider.ts';
import { buyAnswers } from '../cost/answers.ts';
import type { ActivityDeps } from '../deps.ts';

const mostTokens = 64;

/**
 * Has the judge answer each question that was written from a passage, with the passage and without. Nothing comes back where the pipeline has no judge: a
 * teacher is no judge of itself.
 */
export async function checkAnswers(
  deps: ActivityDeps,
  candidates: readonly Candidate[],
  by: { readonly run: string; readonly judge: string | undefined; readonly signal: AbortSignal },
): Promise<Map<Candidate, AnswerVerdict>> {
  const asked = candidates.filter(({ request, output }) => request.source !== null && output !== null);
  if (by.judge === undefined || asked.length === 0) return new Map();
  const { provider, model } = modelOf(by.judge);
  const requests = asked.flatMap((candidate) => [ask(candidate, model, true), ask(candidate, model, false)]);
  const key = sha256(JSON.stringify(requests));
  const bought = await buyAnswers(
    deps,
    { run: by.run, purpose: `judge:${key}`, kind: 'synthesis', label: 'answers', provider, model, isTuned: false },
    requests,
  );
  const started = performance.now();
  const answers = await deps.providers(provider).batch(key, requests, () => undefined, { signal: by.signal });
  await bought.settle(bought.costOf(answers, performance.now() - started));
  const text = (i: number): string | null => (answers[i]?.error === null ? (answers[i]?.text ?? null) : null);
  return new Map(
    asked.map((candidate, i) => [candidate, judgeAnswer(candidate.output ?? '', { withPassage: text(2 * i), fromMemory: text(2 * i + 1) })]),
  );
}

function ask({ request, input }: Candidate, model: string, hasPassage: boolean): CompletionRequest {
  return {
    id: `${request.ordinal}:${hasPassage ? 'passage' : 'memory'}`,
    model,
    maxTokens: mostTokens,
    temperature: 0,
    labels: null,
    schema: null,
    messages: [
      {
        role: 'system',
        content: hasPassage ? 'Answer the question from the text, briefly and exactly.' : 'Answer the question briefly and exactly.',
      },
      { role: 'user', content: hasPassage ? `${request.source?.text ?? ''}\n\nQuestion: ${input}` : `Question: ${input}` },
    ],
  };
}
