/** Cheats and traps, planted: each must end with the right decision and say why. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { preferenceQuestions, readPreference } from '../../../domain/evaluation/judge/preference.ts';
import { judgeRequest } from '../../../domain/evaluation/judge/question.ts';
import { usualRubric } from '../../../domain/evaluation/judge/rubric.ts';
import { decideGate } from '../../../domain/gate/decide-gate.ts';
import { findCopies } from '../../../domain/gate/find-copies.ts';
import type { GateInput } from '../../../domain/gate/gate-input.ts';
import { openProviders } from '../../../providers/index.ts';
import { type JudgeCharacter, type JudgeServer, startJudge } from '../../support/judge-server.ts';
import { arm, input, target } from './arms.ts';

const said = (result: ReturnType<typeof decideGate>) => result.document.reasons.join('\n');
const n = 300;
const id = (i: number) => `test.csv:${i + 2}`;

describe('a model that cheats by a leaked row', () => {
  test('wins nothing, and the row is named', () => {
    const tested = Array.from({ length: n }, (_, i) => ({
      row: id(i),
      input: `message ${i} about parcel ${i * 7} that went astray on the way to town ${i}`,
    }));
    const learned = ['quite another message', 'Message 5 about PARCEL 35, that went astray on the way to town 5!'];
    const copyOf = findCopies(tested, 0.8);
    const copies = learned.flatMap((text, i) => (copyOf(text) ? [`training row train.csv:${i + 2} copies ${copyOf(text)}`] : []));
    const result = decideGate(
      input(
        arm('cheat', n, () => true),
        [target('classical', n, (i) => i % 2 === 0)],
        {
          dataset: { n, contaminated: copies.length > 0, copies, testChanged: false },
        },
      ),
    );
    expect(result.document.decision).toBe('inconclusive');
    expect(said(result)).toContain('(training row train.csv:3 copies test.csv:7). Its results prove nothing.');
  });
});

describe('a judge', () => {
  const servers = new Map<JudgeCharacter, JudgeServer>();
  beforeAll(async () => {
    for (const character of ['fair', 'first'] as const) servers.set(character, await startJudge(character));
  });
  afterAll(() => Promise.all([...servers.values()].map((server) => server.close())));

  /** The candidate answers every fourth row better than the target, and the others alike well in other words. */
  async function gatedBy(character: JudgeCharacter) {
    const server = servers.get(character) as JudgeServer;
    const judge = openProviders({ COMPATIBLE_BASE_URL: server.url, COMPATIBLE_API_KEY: 'none' })('compatible');
    const rows = Array.from({ length: 120 }, (_, i) => ({ row: id(i), input: `question ${i}`, expected: `the answer is ${i}` }));
    const pairs = rows.map((row, i) =>
      preferenceQuestions(
        { ...row, answer: `the answer is ${i}` },
        { ...row, answer: i % 4 === 0 ? 'nobody knows' : `the answer is ${i} .` },
        usualRubric,
      ),
    );
    const requests = pairs.flat().map((question) => judgeRequest(question, 'grader'));
    const replies = await judge.batch(`planted-${character}`, requests, () => undefined);
    const preferences = rows.map(({ row }, i) => readPreference(row, replies[2 * i]?.text ?? '', replies[2 * i + 1]?.text ?? ''));
    const asked: Partial<GateInput> = { metric: 'preference', taskType: 'generation' };
    return decideGate(
      input(
        arm('lora', 120, () => true),
        [{ ...target('zero-shot', 120, () => true), preferences }],
        asked,
      ),
    );
  }

  test('that prefers the first answer is found out: its flips are ties, and it decides nothing', async () => {
    const result = await gatedBy('first');
    expect(result.document.decision).toBe('inconclusive');
    expect(said(result)).toContain('The judge goes by the order of the answers: 120 of 120 verdicts between the candidate and zero-shot turned over');
    expect(result.evidence.preferences).toMatchObject([{ wins: 0, losses: 0, ties: 120, flipped: 120 }]);
  });

  test('that goes by the answers decides by what it prefers in both orders', async () => {
    const result = await gatedBy('fair');
    expect(result.document.decision).toBe('promote');
    expect(result.evidence.preferences).toMatchObject([{ wins: 30, losses: 0, ties: 90, flipped: 0 }]);
    expect(said(result)).toContain('On 120 test rows the judge prefers lora more often than zero-shot: +25.0 points');
  });
});

describe('a candidate that is better on average and worse on one protected slice', () => {
  test('is rejected, and the slice is named', () => {
    const french = (i: number) => i % 6 === 0;
    const slices = [{ column: 'language', values: Object.fromEntries(Array.from({ length: n }, (_, i) => [id(i), french(i) ? 'fr' : 'en'])) }];
    const candidate = arm('lora', n, (i) => !french(i) || i % 12 === 0);
    const champion = target('old', n, (i) => french(i) || i % 3 > 0, 'champion');
    const result = decideGate(input(candidate, [champion], { slices }));
    expect(result.document.comparisons[0]?.difference.low).toBeGreaterThan(0);
    expect(result.document.decision).toBe('reject');
    expect(said(result)).toContain('Where language is “fr”, lora is worse than old on 50 test rows');
    expect(said(result)).toContain('A gain on average does not make up for that.');
  });
});

describe('a candidate equal to the champion', () => {
  const right = (i: number) => i % 10 > 0;

  test('that is the very same artifact is not gated and spends nothing', () => {
    const result = decideGate(input(arm('same', n, right), [target('same', n, right, 'champion')]));
    expect(result).toMatchObject({ document: { decision: 'reject', comparisons: [] }, spendsLook: false });
    expect(said(result)).toBe('same is already the champion: there is nothing to decide, and nothing was spent.');
  });

  test('that only answers alike is never promoted, and the champion stays', () => {
    const many = 2000;
    const result = decideGate(input(arm('twin', many, right), [target('old', many, right, 'champion')]));
    expect(result.document.decision).toBe('reject');
    expect(said(result)).toContain('twin answers as many of 2000 test rows rightly as old');
    expect(said(result)).toContain('The champion, old, stays.');
  });
});

describe('several seeds', () => {
  test('that spread widely take the proof away that one of them alone would give', () => {
    const lucky = arm('lora-seed-7', n, (i) => i % 20 > 0);
    const others = [arm('lora-seed-8', n, (i) => i % 4 > 0), arm('lora-seed-9', n, (i) => i % 3 > 0)];
    const rival = [target('classical', n, (i) => (i + 1) % 8 > 0)];
    expect(decideGate(input(lucky, rival)).document.decision).toBe('promote');
    const result = decideGate(input(lucky, rival, { siblings: others }));
    expect(result.document.decision).toBe('inconclusive');
    expect(said(result)).toMatch(/Trained with 3 seeds, accuracy is 95\.0, 75\.0 and 66\.7 %: they spread by 14\.\d points/);
  });

  test('that agree change little', () => {
    const seeds = [7, 8, 9].map((seed) => arm(`lora-seed-${seed}`, n, (i) => (i + seed) % 20 > 0));
    const [first, ...siblings] = seeds;
    const rival = [target('classical', n, (i) => i % 10 > 2)];
    const result = decideGate(input(first as (typeof seeds)[number], rival, { siblings }));
    expect(result.document.decision).toBe('promote');
  });
});
