import { TunegateError } from '../../contracts/errors.ts';
import type { Chunk } from '../../contracts/knowledge.ts';
import type { Row } from '../../contracts/rows.ts';
import type { TaskShape } from '../../contracts/artifact.ts';
import { sha256 } from '../hash.ts';
import { passageText } from '../knowledge/chunk.ts';
import type { CandidateRequest, Generator } from './candidate.ts';
import { customerMessage, deeperQuestion, evolve, hardNegative, paraphrase, persona, questionAndAnswer, voices, worseAnswer } from './prompts.ts';

export interface SynthesisPlanInput {
  readonly task: TaskShape['type'];
  readonly train: readonly Row[];
  /** Passages that may be generated from: none of a document that test rows come from. */
  readonly chunks: readonly Chunk[];
  readonly generators: readonly Generator[];
  readonly total: number;
  /** For each label the one it is most easily mistaken for. */
  readonly confusable: ReadonlyMap<string, string>;
  readonly seed: number;
}

type Draft = Omit<CandidateRequest, 'ordinal' | 'sampling'>;

const temperature = 0.8;

/**
 * What to ask the teacher, in an order in which any first part is balanced over generators, labels and documents: generation may be stopped by the clock.
 * The same input gives the same requests.
 *
 * @throws TunegateError `not_supported` where no generator applies
 */
export function planCandidates(input: SynthesisPlanInput): CandidateRequest[] {
  const sources = input.generators.map((g) => drafts(g, input)).filter((list) => list.length > 0);
  if (sources.length === 0) {
    throw new TunegateError('not_supported', 'none of the generators applies to this task and data', {
      where: 'synthesis.generators',
      remedy: 'document-qa needs knowledge; hard-negative and evolve need labels, preference needs free answers',
    });
  }
  return Array.from({ length: input.total }, (_, ordinal): CandidateRequest => {
    const list = sources[ordinal % sources.length] ?? [];
    const draft = list[Math.floor(ordinal / sources.length) % list.length] as Draft;
    return { ...draft, ordinal, sampling: { temperature, seed: input.seed + ordinal, maxTokens: 16 + 64 * draft.fields.length } };
  });
}

function drafts(generator: Generator, input: SynthesisPlanInput): Draft[] {
  const seeds = roundRobin(input.train, (row) => (input.task === 'classification' ? row.output : (row.group ?? row.file)));
  switch (generator) {
    case 'paraphrase':
      return seeds.map((row) => ({ generator, label: labelOf(input, row), seed: seedOf(row), source: null, ...paraphrase(row.input) }));
    case 'hard-negative':
      return input.task === 'classification'
        ? seeds.flatMap((row, i) => {
            const other = input.confusable.get(row.output);
            const rows = seeds.filter((r) => r.output === other);
            const twin = rows[i % Math.max(1, rows.length)];
            return twin
              ? [
                  {
                    generator,
                    label: row.output,
                    seed: seedOf(row),
                    source: null,
                    ...hardNegative({ label: row.output, input: row.input }, { label: twin.output, input: twin.input }),
                  },
                ]
              : [];
          })
        : [];
    case 'persona':
      return seeds.map((row, i) => ({
        generator,
        label: labelOf(input, row),
        seed: seedOf(row),
        source: null,
        ...persona(row.input, voices[i % voices.length] ?? voices[0]),
      }));
    case 'evolve':
      if (input.task === 'generation') return fromChunks(generator, input, (passage) => deeperQuestion(passage));
      return input.task === 'classification'
        ? seeds.map((row, i) => ({
            generator,
            label: row.output,
            seed: seedOf(row),
            source: null,
            ...evolve(row.output, row.input, i % 2 === 0 ? 'depth' : 'breadth'),
          }))
        : [];
    case 'preference':
      return input.task === 'generation'
        ? seeds.map((row) => ({ generator, label: null, seed: seedOf(row), source: null, ...worseAnswer(row.input, row.output) }))
        : [];
    case 'document-qa':
      return input.task === 'extraction'
        ? []
        : fromChunks(generator, input, (passage) => (input.task === 'classification' ? customerMessage(passage) : questionAndAnswer(passage)));
  }
}

const fromChunks = (
  generator: Generator,
  { chunks }: SynthesisPlanInput,
  ask: (passage: string) => Pick<CandidateRequest, 'prompt' | 'fields'>,
): Draft[] =>
  roundRobin(chunks, (chunk) => chunk.document).map((chunk) => ({
    generator,
    label: null,
    seed: null,
    source: { document: chunk.document, line: chunk.line, text: chunk.text },
    ...ask(passageText(chunk)),
  }));

const labelOf = (input: SynthesisPlanInput, row: Row): string | null => (input.task === 'classification' ? row.output : null);
const seedOf = (row: Row): CandidateRequest['seed'] => ({ row: row.id, input: row.input, output: row.output, group: row.group });

/** One of each group in turn; groups and their members in an order that their content fixes. */
function roundRobin<T>(items: readonly T[], groupOf: (item: T) => string): T[] {
  const groups = new Map<string, { item: T; hash: string }[]>();
  for (const item of items) groups.set(groupOf(item), [...(groups.get(groupOf(item)) ?? []), { item, hash: sha256(JSON.stringify(item)) }]);
  const shelves = [...groups]
    .sort(([a], [b]) => (sha256(a) < sha256(b) ? -1 : 1))
    .map(([, shelf]) => shelf.sort((a, b) => (a.hash < b.hash ? -1 : 1)));
  const longest = Math.max(0, ...shelves.map((shelf) => shelf.length));
  return Array.from({ length: longest }, (_, i) => shelves.flatMap((shelf) => shelf[i]?.item ?? [])).flat();
}
