import { describe, expect, test } from 'vitest';
import { decideGate } from '../../../domain/gate/decide-gate.ts';
import { findCopies } from '../../../domain/gate/find-copies.ts';
import { holm } from '../../../domain/gate/holm.ts';
import { statisticsCase } from '../../oracles/draws.ts';
import { expectEqual, golden } from '../evaluation/golden.ts';
import { arm, input, target } from './arms.ts';

const said = (result: ReturnType<typeof decideGate>) => result.document.reasons.join('\n');
/** A column of test rows: the value of row i. */
const column = (name: string, n: number, sliceOf: (row: number) => string) => ({
  column: name,
  values: Object.fromEntries(Array.from({ length: n }, (_, i) => [`test.csv:${i + 2}`, sliceOf(i)])),
});
const n = 600;
const phone = (i: number) => i % 10 === 0;

describe("Holm's correction", () => {
  test("equals statsmodels' multipletests", () => {
    golden('statistics').forEach((figures, i) => {
      holm(statisticsCase(i).ps).forEach((p, k) => {
        expectEqual(p, figures[8 + k], `case ${i}, p ${k}`);
      });
    });
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.9, 0.02, 0.5, 0.001])).toEqual([1, 0.06, 1, 0.004]);
    expect(holm([])).toEqual([]);
  });
});

describe('slices', () => {
  const classical = target('classical', n, (i) => i % 10 < 7);

  test('stop a candidate that is better on average and worse on one slice, and name it', () => {
    const lora = arm('lora', n, (i) => !phone(i));
    const open = decideGate(input(lora, [classical]));
    expect(open.document.decision).toBe('promote');
    const result = decideGate(input(lora, [classical], { slices: [column('channel', n, (i) => (phone(i) ? 'phone' : i % 2 ? 'mail' : 'chat'))] }));
    expect(result.document.decision).toBe('reject');
    expect(said(result)).toContain('Where channel is “phone”, lora is worse than classical on 60 test rows: −100.0 points');
    expect(said(result)).toContain("after Holm's correction over 3 slices. A gain on average does not make up for that.");
    expect(result.evidence.slices?.judged.map((s) => [s.value, s.verdict])).toEqual([
      ['mail', 'no loss shown'],
      ['chat', 'no loss shown'],
      ['phone', 'worse'],
    ]);
  });

  test('are corrected for how many there are: a loss that two slices show, fifteen do not', () => {
    // Six losses and no gain: one-sided p = 1/64, which is below 0.05 and above 0.05/15.
    const lora = arm('lora', n, (i) => i >= 6);
    const rival = target('classical', n, (i) => i < 40 || i % 3 > 0);
    const few = decideGate(input(lora, [rival], { slices: [column('site', n, (i) => (i < 40 ? 'a' : ''))] }));
    expect(few.evidence.slices?.judged.find((s) => s.value === 'a')).toMatchObject({
      gains: 0,
      losses: 6,
      verdict: 'worse',
      holm: expect.closeTo(1 / 32, 12),
    });
    const many = decideGate(input(lora, [rival], { slices: [column('site', n, (i) => (i < 40 ? 'a' : `s${i % 14}`))] }));
    expect(many.evidence.slices?.judged.find((s) => s.value === 'a')?.verdict).toBe('no loss shown');
    expect(said(many)).toMatch(/None of 15 slices shows a loss against classical \(one-sided 5 %, Holm\); the least certain one would have shown/);
  });

  test('are judged against the champion where there is one', () => {
    const champion = target('old', n, () => true, 'champion');
    const result = decideGate(
      input(
        arm('lora', n, (i) => !phone(i)),
        [classical, champion],
        { slices: [column('channel', n, () => 'all')] },
      ),
    );
    expect(result.evidence.slices?.against).toBe('old');
  });

  test('of fewer than 30 rows are named and not judged', () => {
    const result = decideGate(
      input(
        arm('lora', n, (i) => i >= 29),
        [classical],
        { slices: [column('channel', n, (i) => (i < 29 ? 'fax' : 'mail'))] },
      ),
    );
    expect(result.evidence.slices).toMatchObject({ fewestRows: 30, tooSmall: [{ column: 'channel', value: 'fax', n: 29 }] });
    expect(result.evidence.slices?.judged.map((s) => s.value)).toEqual(['mail']);
    expect(said(result)).toContain('Not judged, with fewer than 30 test rows: channel is “fax”.');
  });

  test('of free text are judged by the scores that came with the arms', () => {
    const scored = (name: string, score: (i: number) => number) => ({
      ...arm(name, 200, () => true),
      scores: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`test.csv:${i + 2}`, score(i)])),
    });
    const lora = scored('lora', (i) => (i < 50 ? 0.3 : 0.9) + (i % 7) / 100);
    const base = scored('base', (i) => 0.6 + (i % 5) / 100);
    const result = decideGate(
      input(lora, [{ ...base, role: 'best-untuned' }], {
        metric: 'judge',
        taskType: 'generation',
        slices: [column('lang', 200, (i) => (i < 50 ? 'fr' : 'en'))],
      }),
    );
    expect(result.document.decision).toBe('reject');
    expect(said(result)).toContain('Where lang is “fr”, lora is worse than base on 50 test rows');
  });
});

describe('guards against evidence that was arranged', () => {
  const strong = arm('lora', 300, () => true);
  const weak = [target('classical', 300, (i) => i % 10 < 7)];

  test('close the gate on a metric that differs from the one that this test set was judged by before', () => {
    const result = decideGate(input(strong, weak, { metric: 'kappa', metricsBefore: ['accuracy'], look: 2 }));
    expect(result.document.decision).toBe('inconclusive');
    expect(said(result)).toContain(
      "The metric was chosen after the fact: this test set was already judged by accuracy, and now Cohen's kappa is asked for.",
    );
    expect(decideGate(input(strong, weak, { metricsBefore: ['accuracy'], look: 2 })).document.decision).toBe('promote');
  });

  test('find copies of test rows, exact and near, whatever their case and punctuation', () => {
    const copyOf = findCopies(
      [
        { row: 'test.csv:2', input: 'My parcel has not arrived yet, where is it?' },
        { row: 'test.csv:3', input: 'I cannot log in any more' },
      ],
      0.8,
    );
    expect(copyOf('MY PARCEL has not arrived yet -- where is it')).toBe('test.csv:2');
    expect(copyOf('My parcel has not arrived yet, where is it now?')).toBe('test.csv:2');
    expect(copyOf('Please cancel my order')).toBeNull();
  });

  test('say where a leaked row was found', () => {
    const dataset = { n: 300, contaminated: true, copies: ['training row train.csv:9 copies test.csv:2'], testChanged: false };
    const result = decideGate(input(strong, weak, { dataset }));
    expect(result.document.decision).toBe('inconclusive');
    expect(said(result)).toContain('(training row train.csv:9 copies test.csv:2)');
  });
});
