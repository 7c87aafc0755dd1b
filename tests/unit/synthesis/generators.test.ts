import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../../contracts/knowledge.ts';
import type { Row } from '../../../contracts/rows.ts';
import { planCandidates } from '../../../domain/synthesis/plan-candidates.ts';
import { judgeAnswer } from '../../../domain/synthesis/judge-answers.ts';
import { overQuota } from '../../../domain/synthesis/quotas.ts';
import { readCandidate } from '../../../domain/synthesis/read-candidate.ts';
import { teacherTerms, requireTeacherTerms } from '../../../domain/synthesis/teacher-terms.ts';
import { withDistractors } from '../../../domain/synthesis/with-distractors.ts';
import { priceBook } from '../../../domain/cost/price-book.ts';
import { pipelineSpecSchema } from '../../../contracts/pipeline-spec.ts';
import { catalogue } from '../../../providers/catalogue/index.ts';

const row = (n: number, output = n % 2 ? 'a' : 'b', origin: Row['origin'] = null): Row => ({
  id: `f:${n}`,
  file: 'f',
  line: n,
  input: `question number ${n} about something`,
  output,
  group: null,
  columns: {},
  origin,
  weight: 1,
});
const rows = Array.from({ length: 10 }, (_, n) => row(n));
const chunk: Chunk = { ordinal: 0, document: 'a.md', line: 1, headings: [], text: 'The shop opens at nine. It closes at six.' };
const plan = (generators: Parameters<typeof planCandidates>[0]['generators'], task: 'classification' | 'generation' | 'extraction', total = 16) =>
  planCandidates({ task, train: rows, chunks: [chunk], generators, total, confusable: new Map(), seed: 7 });

describe('what the teacher is asked', () => {
  it('changes the voice from row to row and keeps the label', () => {
    const requests = plan(['persona'], 'classification');
    expect(new Set(requests.map(({ prompt }) => /as (.*?), (?:in|politely|who)/.exec(prompt)?.[1])).size).toBeGreaterThan(4);
    expect(requests.every(({ label, seed }) => label === seed?.output)).toBe(true);
  });

  it('evolves labelled messages in depth and breadth by turns, and questions from documents', () => {
    const requests = plan(['evolve'], 'classification', 10);
    expect(requests.filter(({ prompt }) => prompt.includes('one more circumstance'))).toHaveLength(5);
    expect(requests.filter(({ prompt }) => prompt.includes('more rarely'))).toHaveLength(5);
    expect(plan(['evolve'], 'generation', 1)[0]).toMatchObject({ fields: ['quote', 'question', 'answer'], source: { document: 'a.md' } });
  });

  it('is nothing where no generator applies', () => {
    expect(() => plan(['preference'], 'classification')).toThrow(/none of the generators applies/);
    expect(() => plan(['evolve'], 'extraction')).toThrow(/none of the generators applies/);
  });
});

describe('a preference', () => {
  const [request] = plan(['preference'], 'generation', 1);
  const written = (answer: string) =>
    readCandidate({ request: request as NonNullable<typeof request>, output: JSON.stringify({ answer }), error: null }, 'generation');

  it("sets the seed's answer before a worse one", () => {
    const { candidate } = written('It depends, ask somebody else');
    expect(candidate).toMatchObject({ input: request?.seed?.input, output: request?.seed?.output, rejected: 'It depends, ask somebody else' });
  });

  it('of two equal answers is dropped', () => {
    expect(written(`${request?.seed?.output.toUpperCase() ?? ''}.`).drop).toMatchObject({
      filter: 'schema',
      why: expect.stringMatching(/the same/) as string,
    });
  });
});

describe('the judge', () => {
  it('must read the answer in the passage; what it knows without is only noted', () => {
    expect(judgeAnswer('at nine', { withPassage: 'nine', fromMemory: 'at nine' })).toEqual({
      drop: null,
      scores: { withPassage: expect.closeTo(0.667, 2), fromMemory: 1 },
    });
    expect(judgeAnswer('at nine', { withPassage: 'at six in the evening', fromMemory: 'at nine' }).drop).toMatchObject({ filter: 'answerable' });
    expect(judgeAnswer('at nine', { withPassage: null, fromMemory: null }).drop?.why).toMatch(/reads nothing/);
  });
});

describe('quotas', () => {
  it('drop what is beyond twice the fair share of a label, the later rows first', () => {
    const many = [...Array.from({ length: 16 }, (_, n) => row(n, 'a')), ...['b', 'c', 'd', 'e'].map((label, n) => row(20 + n, label))];
    const dropped = overQuota(many, true, undefined).flatMap((verdict, i) => (verdict ? [i] : []));
    expect(dropped).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
  });

  it('hold perLabel, and the share of each document', () => {
    expect(overQuota([row(1, 'a'), row(2, 'a'), row(3, 'b')], true, 1).map((verdict) => verdict?.filter ?? null)).toEqual([null, 'quota', null]);
    const from = (n: number, document: string) => row(n, 'x', { document });
    const spread = [...Array.from({ length: 12 }, (_, n) => from(n, 'one.md')), ...['2', '3', '4'].map((d, n) => from(20 + n, `${d}.md`))];
    expect(overQuota(spread, false, undefined).filter(Boolean)).toHaveLength(4);
  });
});

describe('a row of a model that retrieves', () => {
  it('is trained with its own passage among others, at a place that differs from row to row', () => {
    const found = ['first passage', 'second passage', 'third passage'];
    const places = Array.from({ length: 30 }, (_, n) => withDistractors(found, 'the one it came from', `row ${n}`));
    expect(places.every((list) => list.length === 3 && list.includes('the one it came from'))).toBe(true);
    expect(new Set(places.map((list) => list.indexOf('the one it came from')))).toEqual(new Set([0, 1, 2]));
    expect(withDistractors(found, 'second', 'row').slice().sort()).toEqual(found.slice().sort());
    expect(withDistractors([], 'x', 'row')).toEqual([]);
    expect(withDistractors(found, undefined, 'row')).toBe(found);
  });
});

describe("a teacher's terms", () => {
  const book = priceBook(catalogue);
  const spec = (teacher: string, more: object = {}) =>
    pipelineSpecSchema.parse({
      name: 'terms',
      task: { type: 'classification' },
      dataset: { source: 'a.csv', input: 'text', output: 'label' },
      synthesis: { teacher, ...more },
      candidates: {},
      deployment: { endpoint: 'terms' },
    });

  it('that allow training on its answers are enough', () => {
    expect(teacherTerms('local/smollm2-135m-instruct', book)?.outputsMayTrainOthers).toBe('yes');
    expect(() => requireTeacherTerms(spec('local/smollm2-135m-instruct'), book)).not.toThrow();
  });

  it('that set conditions, or that nobody knows, ask for a word of a person', () => {
    const openAi = catalogue.find(({ provider }) => provider === 'openai');
    for (const teacher of [`openai/${openAi?.base ?? ''}`, 'compatible/unheard-of']) {
      expect(() => requireTeacherTerms(spec(teacher), book)).toThrow(
        expect.objectContaining({ code: 'licence_forbids', where: 'synthesis.teacher' }) as Error,
      );
      expect(() => requireTeacherTerms(spec(teacher, { acknowledgeTerms: true }), book)).not.toThrow();
    }
  });
});
