/** The leak rule for knowledge: a document may answer a test question; it may not hold a copy of the question with its answer. */
import type { Chunk } from '../../contracts/knowledge.ts';
import type { Row } from '../../contracts/rows.ts';
import type { Finding } from '../../contracts/run.ts';
import { comparisonKey } from '../dataset/comparison-key.ts';
import { hashShingles } from '../dataset/shingles.ts';

/** Share of a question's 5-character shingles that a chunk holds from which it counts as a copy. */
const copied = 0.85;
/** Shorter questions occur by chance. */
const leastCharacters = 20;

export interface CheckedChunks {
  readonly kept: Chunk[];
  readonly findings: Finding[];
}

/**
 * Drops each chunk in which a test question stands, word for word or nearly, where its answer stands too, there or in the next chunk of the document.
 * A copy without the answer is named and kept. Ordinals are given anew.
 */
export function removeCopies(chunks: readonly Chunk[], test: readonly Row[]): CheckedChunks {
  const index = indexShingles(chunks);
  const keys = chunks.map((chunk) => comparisonKey(chunk.text));
  const findings: Finding[] = [];
  const leaking = new Set<number>();
  for (const row of test) {
    const question = comparisonKey(row.input);
    if (question.length < leastCharacters) continue;
    for (const i of index.holding(question)) {
      const next = chunks[i + 1]?.document === chunks[i]?.document ? (keys[i + 1] ?? '') : '';
      const hasAnswer = answersOf(row.output).every((answer) => isIn(answer, `${(keys[i] ?? '').replace(question, ' ')} ${next}`));
      if (hasAnswer) leaking.add(i);
      findings.push(findingOf(chunks[i] as Chunk, row, hasAnswer));
    }
  }
  const kept = chunks.filter((_, i) => !leaking.has(i)).map((chunk, ordinal) => ({ ...chunk, ordinal }));
  return { kept, findings };
}

function findingOf(chunk: Chunk, row: Row, hasAnswer: boolean): Finding {
  return {
    kind: 'leak',
    file: chunk.document,
    line: chunk.line,
    field: null,
    other: { file: row.file, line: row.line },
    action: hasAnswer ? 'dropped' : 'warned',
    message: hasAnswer
      ? 'the passage holds a copy of a test question with its answer; it is not retrieved'
      : 'the passage holds a copy of a test question, without its answer; kept',
    remedy: hasAnswer ? 'take the copy out of the document, or the row out of the test set' : 'nothing to do',
  };
}

/** What must stand beside a question for it to be answered: the text, or each value of a JSON answer. A label may be written with spaces. */
function answersOf(output: string): string[] {
  const values = output.trimStart().startsWith('{') ? leavesOf(output) : [output];
  return values.map(comparisonKey).filter((value) => value !== '');
}

function leavesOf(json: string): string[] {
  const leaves = (value: unknown): string[] =>
    value === null ? [] : typeof value === 'object' ? Object.values(value).flatMap(leaves) : [String(value)];
  try {
    return leaves(JSON.parse(json));
  } catch {
    return [json];
  }
}

function isIn(answer: string, text: string): boolean {
  if ([answer, answer.replace(/[_-]+/g, ' ')].some((form) => ` ${wordsOf(text)} `.includes(` ${wordsOf(form)} `))) return true;
  return answer.length >= leastCharacters && shareOf(answer, setOf(text)) >= copied;
}

const wordsOf = (text: string): string => text.replace(/[^\p{L}\p{M}\p{N}_]+/gu, ' ').trim();

function setOf(text: string): Set<number> {
  const hashes = new Uint32Array(Math.max(1, text.length));
  return new Set(hashes.subarray(0, hashShingles(text, hashes)));
}

function shareOf(text: string, within: ReadonlySet<number>): number {
  const own = setOf(text);
  let shared = 0;
  for (const hash of own) if (within.has(hash)) shared++;
  return own.size === 0 ? 0 : shared / own.size;
}

function indexShingles(chunks: readonly Chunk[]): { holding(question: string): number[] } {
  const postings = new Map<number, number[]>();
  for (const [i, chunk] of chunks.entries()) {
    for (const hash of setOf(comparisonKey(chunk.text))) {
      const list = postings.get(hash);
      if (list) list.push(i);
      else postings.set(hash, [i]);
    }
  }
  return {
    holding: (question) => {
      const own = setOf(question);
      const shared = new Map<number, number>();
      for (const hash of own) for (const i of postings.get(hash) ?? []) shared.set(i, (shared.get(i) ?? 0) + 1);
      return [...shared]
        .filter(([, count]) => count >= copied * own.size)
        .map(([i]) => i)
        .sort((a, b) => a - b);
    },
  };
}
