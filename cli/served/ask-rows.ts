import OpenAI from 'openai';
import type { ServedAnswer } from '../../domain/endpoint/compare-served.ts';
import type { RecordedAnswers } from './recorded-answers.ts';

/** Requests under way at once: as an application would send them, so that what else is asked at the time cannot hide. */
const lanes = 4;
const topLogprobs = 5;
const allLabels = 20;

export interface Gateway {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly endpoint: string;
}

/** Sends every row's raw input through the gateway by the official client, and puts the answers beside the recorded ones. */
export async function askRows(
  { baseURL, apiKey, endpoint }: Gateway,
  { task, rows }: RecordedAnswers,
  tell: (done: number) => void,
): Promise<ServedAnswer[]> {
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 2 });
  const answers: ServedAnswer[] = new Array(rows.length);
  let next = 0;
  let done = 0;
  const lane = async () => {
    for (let i = next++; i < rows.length; i = next++) {
      const row = rows[i] as RecordedAnswers['rows'][number];
      const { choices } = await client.chat.completions.create({
        model: endpoint,
        messages: [{ role: 'user', content: row.input }],
        logprobs: true,
        top_logprobs: task === 'classification' ? allLabels : topLogprobs,
      });
      answers[i] = { ...row, served: choices[0]?.message.content ?? '', tokens: choices[0]?.logprobs?.content ?? [] };
      done += 1;
      tell(done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, rows.length) }, lane));
  return answers;
}
