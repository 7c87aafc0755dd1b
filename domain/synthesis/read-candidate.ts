import type { TaskShape } from '../../contracts/artifact.ts';
import type { SynthesisFilter } from '../../contracts/synthesis.ts';
import { comparisonKey } from '../dataset/comparison-key.ts';
import type { Candidate, WrittenCandidate } from './candidate.ts';

export interface Drop {
  readonly filter: SynthesisFilter;
  readonly why: string;
}
export type ReadCandidate = { readonly candidate: Candidate; readonly drop: null } | { readonly candidate: null; readonly drop: Drop };

const leastWords = 3;
const mostCharacters = 1200;
/** A quote shorter than this stands in any document. */
const leastQuote = 12;

const drop = (filter: SynthesisFilter, why: string): ReadCandidate => ({ candidate: null, drop: { filter, why } });

/**
 * Reads what the teacher wrote, by the filters that need nothing but the row and its source: the schema (parseable, all fields, a sensible length),
 * the cited span (the quote stands in the source word for word; for an extraction the values of the seed stand in the new text), and the numbers of an answer.
 */
export function readCandidate({ request, output, error }: WrittenCandidate, task: TaskShape['type']): ReadCandidate {
  if (error !== null) return drop('schema', `the teacher failed: ${error}`);
  const fields = parse(output);
  if (!fields) return drop('schema', 'the answer is no JSON object');
  const missing = request.fields.find((name) => !fields[name]);
  if (missing) return drop('schema', `the answer has no ${missing}`);
  if (request.generator === 'preference') return readPreferenceOf(request, fields.answer ?? '');
  const input = fields.message ?? fields.question ?? '';
  if (input.split(/\s+/).length < leastWords) return drop('schema', 'too short');
  if (input.length > mostCharacters) return drop('schema', 'too long');

  const { source, seed } = request;
  if (source) {
    const quote = comparisonKey(fields.quote ?? '').replace(/^["'“”]+|["'“”.]+$/g, '');
    if (quote.length < leastQuote || !comparisonKey(source.text).includes(quote)) return drop('span', 'the quote does not stand in the document');
    const answer = fields.answer ?? null;
    const invented = answer === null ? undefined : numbersIn(answer).find((n) => !numbersIn(source.text).includes(n));
    if (invented !== undefined) return drop('grounded', `the document does not say ${invented}`);
    return { candidate: { request, input, output: task === 'generation' ? answer : null, span: fields.quote ?? null }, drop: null };
  }
  const lost =
    task === 'extraction' && seed
      ? valuesIn(seed.output).find((v) => comparisonKey(seed.input).includes(v) && !comparisonKey(input).includes(v))
      : undefined;
  if (lost !== undefined) return drop('span', `the new text has lost '${lost}'`);
  return { candidate: { request, input, output: request.label ?? seed?.output ?? null, span: null }, drop: null };
}

/** A pair of answers to the seed's question: the seed's own and the worse one. */
function readPreferenceOf(request: WrittenCandidate['request'], rejected: string): ReadCandidate {
  const { seed } = request;
  if (!seed) return drop('schema', 'a preference needs a row to start from');
  if (rejected.length > mostCharacters) return drop('schema', 'too long');
  if (comparisonKey(rejected) === comparisonKey(seed.output)) return drop('schema', 'both answers are the same');
  return { candidate: { request, input: seed.input, output: seed.output, span: null, rejected }, drop: null };
}

function parse(text: string): Partial<Record<string, string>> | null {
  try {
    const value: unknown = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
    if (typeof value !== 'object' || value === null) return null;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, field]) => (typeof field === 'string' ? [[key, field.replace(/\s+/g, ' ').trim()]] : [])),
    );
  } catch {
    return null;
  }
}

const numbersIn = (text: string): string[] => text.match(/\d+(?:[.,]\d+)*/g) ?? [];

function valuesIn(json: string): string[] {
  const leaves = (value: unknown): string[] =>
    value === null || typeof value === 'boolean'
      ? []
      : typeof value === 'object'
        ? Object.values(value).flatMap(leaves)
        : [comparisonKey(String(value))];
  try {
    return leaves(JSON.parse(json));
  } catch {
    return [];
  }
}
