import { describe, expect, test } from 'vitest';
import { agreement } from '../../../domain/evaluation/judge/agreement.ts';
import { chooseToLabel } from '../../../domain/evaluation/judge/choose-to-label.ts';
import { averagePrecision, groundingQuestions, readGrounding, sentencesOf } from '../../../domain/evaluation/judge/grounding.ts';
import { isSameModel } from '../../../domain/evaluation/judge/is-same-model.ts';
import { preferenceQuestions, readPreference } from '../../../domain/evaluation/judge/preference.ts';
import { grades, judgeRequest, readChoice } from '../../../domain/evaluation/judge/question.ts';
import { gradeOf, readGrade, rubricQuestion, usualRubric } from '../../../domain/evaluation/judge/rubric.ts';

const row = { row: 'test.csv:2', input: 'How long is the warranty?', expected: 'Two years.', answer: 'It is two years.' };

describe('a judge', () => {
  test('is constrained to its grades, and told the rubric, the question, the reference and the answer', () => {
    const request = judgeRequest(rubricQuestion(row, usualRubric), 'grader');
    expect(request).toMatchObject({ model: 'grader', labels: grades, temperature: 0 });
    for (const part of [usualRubric, row.input, row.expected, row.answer]) expect(request.messages.map((m) => m.content).join()).toContain(part);
  });

  test('is read where it says one grade, and not where it says none or several', () => {
    expect(['4', ' "5".', 'I give it a 3.', '4 or 5', 'good'].map(readGrade)).toEqual([0.75, 1, 0.5, null, null]);
    expect([0, 0.25, 0.5, 0.75, 1].map(gradeOf)).toEqual([1, 2, 3, 4, 5]);
    expect(readChoice('Tie', ['A', 'B', 'tie'])).toBe('tie');
  });

  test('is asked for a preference in both orders, and a verdict that turns over is a tie', () => {
    const [first, second] = preferenceQuestions(row, { ...row, answer: 'One year.' }, usualRubric);
    expect(first.user.indexOf(row.answer)).toBeLessThan(first.user.indexOf('One year.'));
    expect(second.user.indexOf(row.answer)).toBeGreaterThan(second.user.indexOf('One year.'));
    expect(readPreference('r', 'A', 'B')).toMatchObject({ verdict: 1, flipped: false });
    expect(readPreference('r', 'B', 'A')).toMatchObject({ verdict: -1, flipped: false });
    expect(readPreference('r', 'A', 'A')).toMatchObject({ verdict: 0, flipped: true });
    expect(readPreference('r', 'A', 'tie')).toMatchObject({ verdict: 0, flipped: false });
    expect(readPreference('r', 'A', 'well')).toMatchObject({ verdict: 0, unreadable: true });
  });

  test('may not be a model that it grades, by whatever of its names', () => {
    expect(isSameModel('HuggingFaceTB/SmolLM2-135M-Instruct', 'smollm2-135m-instruct')).toBe(true);
    expect(isSameModel('qwen3-8b', 'smollm2-135m-instruct')).toBe(false);
  });
});

describe('grounded answers', () => {
  const grounded = { ...row, answer: 'It is two years. Batteries have ten.', passages: ['The warranty is two years.', 'We ship on Mondays.'] };

  test('are measured sentence by sentence and passage by passage', () => {
    const replies: Record<string, string> = {
      'test.csv:2#said-0': 'yes',
      'test.csv:2#said-1': 'no',
      'test.csv:2#reference-0': 'yes',
      'test.csv:2#passage-0': 'yes',
      'test.csv:2#passage-1': 'no',
      'test.csv:2#relevance': '5',
    };
    expect(groundingQuestions(grounded).map(({ id }) => id)).toEqual(Object.keys(replies));
    expect(readGrounding(grounded, (id) => replies[id])).toEqual({
      faithfulness: 0.5,
      answer_relevance: 1,
      context_precision: 1,
      context_recall: 1,
    });
    expect(readGrounding(grounded, () => undefined)).toEqual({
      faithfulness: null,
      answer_relevance: null,
      context_precision: null,
      context_recall: null,
    });
  });

  test('precision falls where useful passages come late', () => {
    expect(averagePrecision([true, false])).toBe(1);
    expect(averagePrecision([false, true])).toBe(0.5);
    expect(averagePrecision([true, false, true])).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(averagePrecision([false, false])).toBe(0);
  });

  test('sentences keep their decimals together and drop what is no word', () => {
    expect(sentencesOf('It costs 3.50 euros. It ships. …')).toEqual(['It costs 3.50 euros.', 'It ships.']);
  });
});

describe('agreement with people', () => {
  test('is 1 on the same grades, and not defined where one side always says the same', () => {
    const same = agreement([1, 2, 3, 4, 5].map((grade) => ({ person: grade, judge: grade })));
    expect(same).toEqual({ n: 5, kappa: 1, spearman: expect.closeTo(1, 12) });
    expect(agreement([1, 2, 3].map((person) => ({ person, judge: 3 }))).spearman).toBeNull();
    expect(agreement([])).toEqual({ n: 0, kappa: null, spearman: null });
  });

  test('is looked for on answers of every grade, in an order that gives none away', () => {
    const answers = Array.from({ length: 100 }, (_, i) => ({ judgement: 'j', row: `r${i}`, grade: i < 90 ? 5 : (i % 4) + 1 }));
    const chosen = chooseToLabel(answers, 20);
    expect(chosen).toHaveLength(20);
    expect(new Set(chosen.map(({ grade }) => grade)).size).toBe(5);
    expect(chosen.filter(({ grade }) => grade === 5).length).toBeLessThan(15);
    expect(chooseToLabel(answers, 20)).toEqual(chosen);
  });
});
