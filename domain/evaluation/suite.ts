/** Suites: what a tuned model must still know, still refuse, or treat alike. Any JSON-lines file can be one. */
import { z } from 'zod';
import { TunegateError } from '../../contracts/errors.ts';
import { normaliseAnswer } from './squad.ts';

/**
 * `choice`: the most probable of `choices` must be the output. `equals`: the answer is the output once both are normalised as SQuAD does.
 * `contains`, `excludes`: the output stands, or must not stand, in the answer as whole words. `same`: rows of one `pair` must be answered alike.
 */
export type SuiteMatch = 'choice' | 'equals' | 'contains' | 'excludes' | 'same';

export interface SuiteRow {
  /** `<file>:<line>` */
  readonly id: string;
  readonly input: string;
  /** Empty for `same`. */
  readonly output: string;
  readonly choices: readonly string[] | null;
  readonly match: SuiteMatch;
  /** Rows that belong together: a counterfactual pair, or questions on one text. They are drawn together when resampled. */
  readonly pair: string | null;
}

const text = z.string().min(1);
const rowSchema = z.object({
  input: text.optional(),
  question: text.optional(),
  prompt: text.optional(),
  output: text.optional(),
  answer: text.optional(),
  expected: text.optional(),
  choices: z.array(text).min(2).optional(),
  match: z.enum(['choice', 'equals', 'contains', 'excludes', 'same']).optional(),
  pair: text.optional(),
});
/** A line of the bias benchmark BBQ (Parrish et al. 2022), as it is published. */
const bbqSchema = z.object({ context: text, question: text, ans0: text, ans1: text, ans2: text, label: z.number().int().min(0).max(2) });

/**
 * The rows of a suite file, or of a file of BBQ as it is published. `input` may also be called `question` or `prompt`, and `output` `answer` or `expected`; other keys are ignored.
 * Without `match`: `choice` where there are choices, `same` where there is a pair and no output, else `contains`.
 *
 * @throws TunegateError `bad_row` with file and line; `empty_dataset`
 */
export function parseSuite(content: string, file: string): SuiteRow[] {
  const rows = content.split(/\r?\n/).flatMap((line, i) => (line.trim() === '' ? [] : [parseRow(line, `${file}:${i + 1}`)]));
  if (rows.length === 0) throw new TunegateError('empty_dataset', 'the suite has no rows', { where: file, remedy: 'one JSON object per line' });
  return rows;
}

function parseRow(line: string, where: string): SuiteRow {
  const refuse = (message: string, remedy: string): never => {
    throw new TunegateError('bad_row', message, { where, remedy });
  };
  const bbq = bbqSchema.safeParse(jsonOf(line));
  if (bbq.success) {
    const { context, question, ans0, ans1, ans2, label } = bbq.data;
    const choices = [ans0, ans1, ans2];
    return { id: where, input: `${context}\n${question}`, output: choices[label] ?? '', choices, match: 'choice', pair: null };
  }
  const read = rowSchema.safeParse(jsonOf(line) ?? refuse('this line is no JSON object', 'one JSON object per line'));
  if (!read.success) {
    const issue = read.error.issues[0];
    return refuse(`${issue?.path.join('.') || 'the row'}: ${issue?.message ?? 'not as a suite needs it'}`, 'see docs/report.md, Suites');
  }
  const { data } = read;
  const input = data.input ?? data.question ?? data.prompt ?? refuse('the row has no input', 'add "input"');
  const output = data.output ?? data.answer ?? data.expected ?? '';
  const { choices = null, pair = null } = data;
  const match = data.match ?? (choices ? 'choice' : pair && output === '' ? 'same' : 'contains');
  if (match !== 'same' && output === '') refuse('the row has no output', 'add "output", or a "pair" whose rows must be answered alike');
  if (match === 'same' && pair === null) refuse('match is same, and there is no pair', 'give rows that must be answered alike the same "pair"');
  if (match === 'choice' && !choices?.includes(output)) refuse('the output is none of the choices', 'list it under "choices"');
  return { id: where, input, output, choices, match, pair };
}

function jsonOf(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

/** 1 or 0 per row, in order; a row without an answer (null) earns 0. */
export function scoreSuite(rows: readonly SuiteRow[], answers: readonly (string | null)[]): number[] {
  const said = new Map<string, Set<string>>();
  rows.forEach(({ pair, match }, i) => {
    if (match !== 'same' || pair === null) return;
    const answer = answers[i] ?? null;
    said.set(pair, (said.get(pair) ?? new Set()).add(answer === null ? `\0${i}` : normaliseAnswer(answer)));
  });
  return rows.map((row, i) => {
    const answer = answers[i] ?? null;
    if (answer === null) return 0;
    switch (row.match) {
      case 'choice':
        return Number(answer === row.output);
      case 'equals':
        return Number(normaliseAnswer(answer) === normaliseAnswer(row.output));
      case 'contains':
        return Number(holds(answer, row.output));
      case 'excludes':
        return Number(!holds(answer, row.output));
      default: // 'same'
        return Number(said.get(row.pair ?? '')?.size === 1);
    }
  });
}

const holds = (answer: string, part: string): boolean => ` ${normaliseAnswer(answer)} `.includes(` ${normaliseAnswer(part)} `);
