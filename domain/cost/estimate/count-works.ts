import { sum, type TokenCounter } from '../tokens.ts';
import type { AnswersWork, TrainingWork, Work } from './works.ts';

/** A number with what it may be at least and at most. */
export interface Range {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
export interface CountedTraining {
  readonly work: TrainingWork;
  /** Tokens of the training file once, and of the validation file once. */
  readonly file: Range;
  readonly validation: Range;
  /** Tokens of the longest row that is there. */
  readonly longestRow: number;
  /** Of the rows' characters, those of the answers. */
  readonly answerShare: number;
}
export interface CountedAnswers {
  readonly work: AnswersWork;
  readonly input: Range;
  readonly output: Range;
}
export type CountedWork = CountedTraining | CountedAnswers;

export const isTraining = (counted: CountedWork): counted is CountedTraining => counted.work.kind === 'training';

/** Own machines cut rows at `maxLength`; a hosted service takes them as they are. */
const cutAt = (work: TrainingWork): number | undefined => (work.provider === 'local' ? work.maxLength : undefined);

/** Counts each step's tokens by the counter of its model. */
export async function countWorks(
  works: readonly Work[],
  counterOf: (provider: string, base: string) => Promise<TokenCounter>,
): Promise<CountedWork[]> {
  const counted: CountedWork[] = [];
  for (const work of works) {
    const counter = await counterOf(work.provider, work.base);
    counted.push(work.kind === 'training' ? await countTraining(work, counter) : await countAnswers(work, counter));
  }
  return counted;
}

async function countTraining(work: TrainingWork, counter: TokenCounter): Promise<CountedTraining> {
  const most = cutAt(work) ?? Number.POSITIVE_INFINITY;
  const count = async (rows: TrainingWork['conversations']) =>
    (await counter.conversations(rows, cutAt(work))).map((tokens) => Math.min(most, tokens + work.passageTokens));
  const rows = await count(work.conversations);
  const [file, validation] = [sum(rows), sum(await count(work.validation))];
  const around = rangeBy(counter);
  // Of the rows that synthesis may add none may stand the filters, or all.
  return {
    work,
    file: { value: Math.round(file * (1 + work.addedShare / 2)), low: around(file).low, high: Math.ceil(around(file).high * (1 + work.addedShare)) },
    validation: around(validation),
    longestRow: rows.reduce((longest, tokens) => Math.max(longest, tokens), 0),
    answerShare: answerShareOf(work.conversations),
  };
}

function answerShareOf(rows: TrainingWork['conversations']): number {
  const characters = sum(rows.map((turns) => sum(turns.map((turn) => turn.content.length))));
  return characters === 0 ? 0 : sum(rows.map((turns) => turns.at(-1)?.content.length ?? 0)) / characters;
}

async function countAnswers(work: AnswersWork, counter: TokenCounter): Promise<CountedAnswers> {
  const rows = work.conversations.length;
  const around = rangeBy(counter);
  const input = sum(await counter.conversations(work.conversations)) + rows * work.passageTokens;
  const most = rows * work.maxTokens;
  if (work.answers === null) return { work, input: around(input), output: { value: Math.round(most / 2), low: rows, high: most } };
  const likely = sum(await counter.texts(work.answers));
  return { work, input: around(input), output: { value: Math.min(likely, most), low: Math.min(around(likely).low, most), high: most } };
}

const rangeBy =
  ({ error }: TokenCounter) =>
  (tokens: number): Range => ({ value: tokens, low: Math.floor(tokens / (1 + error)), high: Math.ceil(tokens * (1 + error)) });
