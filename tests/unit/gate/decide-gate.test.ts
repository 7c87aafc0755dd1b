import { describe, expect, test } from 'vitest';
import { decideGate } from '../../../domain/gate/decide-gate.ts';
import { arm, input, labels, prediction, spec, target } from './arms.ts';

const ninety = (i: number) => i % 10 !== 0;
const seventy = (i: number) => i % 10 > 2;
const always = () => true;
const said = (result: ReturnType<typeof decideGate>) => result.document.reasons.join('\n');

describe('the gate', () => {
  test('promotes what is proved better than every target', () => {
    const result = decideGate(input(arm('lora', 300, ninety), [target('old', 300, seventy, 'champion'), target('classical', 300, seventy)]));
    expect(result.document).toMatchObject({ decision: 'promote', candidate: 'lora', rowsNeeded: null });
    expect(result.document.comparisons.map((c) => c.against)).toEqual(['old', 'classical']);
    expect(result.document.comparisons[0]?.difference.value).toBeCloseTo(0.2, 12);
    expect(result.spendsLook).toBe(true);
  });

  test('does not promote what beats one target only', () => {
    const result = decideGate(
      input(arm('lora', 300, ninety), [target('old', 300, seventy, 'champion'), target('few-shot', 300, (i) => i % 10 !== 1)]),
    );
    expect(result.document.decision).toBe('inconclusive');
  });

  test('rejects what a target rules out, and says what to use instead', () => {
    const result = decideGate(input(arm('lora', 300, seventy), [target('classical', 300, ninety)]));
    expect(result.document.decision).toBe('reject');
    expect(said(result)).toContain('lora answers 60 fewer of 300 test rows rightly than classical: −20.0 points');
    expect(said(result)).toContain('classical does as well without');
  });

  test('says that it cannot tell, what it could have seen, and how many rows could', () => {
    const better = decideGate(
      input(
        arm('lora', 300, (i) => i % 10 > 0),
        [target('classical', 300, (i) => (i + 4) % 8 > 0)],
      ),
    );
    expect(better.document.decision).toBe('inconclusive');
    expect(better.document.rowsNeeded).toBeGreaterThan(300);
    expect(said(better)).toMatch(
      /lora answers 7 more of 300 test rows rightly than classical: \+2\.3 points \(95 % interval −\d\.\d to \+\d\.\d\); that is not proof\./,
    );
    expect(said(better)).toContain(`A test of ${better.document.rowsNeeded} rows could tell.`);
  });

  test('does not promote a candidate that answers exactly as the champion does', () => {
    const result = decideGate(input(arm('lora', 2000, ninety), [target('old', 2000, ninety, 'champion')]));
    expect(result.document.decision).toBe('reject');
    expect(said(result)).toContain('answers as many of 2000 test rows rightly as old');
  });

  test('does not gate the champion against itself, and spends nothing', () => {
    const champion = target('lora', 300, ninety, 'champion');
    const result = decideGate(input(arm('lora', 300, ninety), [champion]));
    expect(result).toMatchObject({ document: { decision: 'reject', comparisons: [] }, spendsLook: false });
    expect(said(result)).toContain('already the champion');
  });

  test('judges by accuracy where rows are too few for macro F1, and says so', () => {
    const small = decideGate(input(arm('lora', 300, ninety), [target('classical', 300, seventy)], { metric: 'f1_macro' }));
    expect(small.evidence.metric).toBe('accuracy');
    expect(said(small)).toContain('Judged by accuracy, because macro F1 is unreliable with 300 test rows');
    const large = decideGate(input(arm('lora', 1200, ninety), [target('classical', 1200, seventy)], { metric: 'f1_macro' }));
    expect(large.evidence).toMatchObject({ metric: 'f1_macro', comparisons: [{ test: 'paired bootstrap and approximate randomization' }] });
    expect(large.document.decision).toBe('promote');
    const rare = decideGate(
      input(arm('lora', 1200, ninety), [target('classical', 1200, seventy)], { metric: 'f1_macro', labels: [...labels, 'legal'] }),
    );
    expect(said(rare)).toContain('0 test rows of the rarest label');
  });

  test('widens the intervals of later runs on the same test set', () => {
    const at = (look: number) => decideGate(input(arm('lora', 300, ninety), [target('classical', 300, seventy)], { look }));
    expect([1, 2, 6].map((look) => at(look).evidence.alpha)).toEqual([0.025, 0.0125, 0.00078125].map((alpha) => expect.closeTo(alpha, 12)));
    const [first, second] = [at(1).document.comparisons[0]?.difference, at(2).document.comparisons[0]?.difference];
    expect(second?.low).toBeLessThan(first?.low ?? 0);
  });

  test('is the same for the same input', () => {
    const same = () => decideGate(input(arm('lora', 1200, ninety), [target('classical', 1200, seventy)], { metric: 'f1_macro' }));
    expect(same()).toEqual(same());
  });
});

describe('the guards of the gate', () => {
  const strong = arm('lora', 300, always);
  const weak = [target('classical', 300, seventy)];

  test.each([
    ['a contaminated test set', { dataset: { n: 300, contaminated: true, testChanged: false } }, 'contaminated'],
    ['a changed test set', { dataset: { n: 300, contaminated: false, testChanged: true } }, 'has changed'],
    ['rows that nobody froze', { dataset: { n: 299, contaminated: false, testChanged: false } }, 'frozen test set has 299'],
    ['a missing suite', { spec: { ...spec, maximumRegression: { safety: 0 } } }, 'No results of the suite safety'],
    ['scores that are not numbers', { suites: [{ name: 'safety', candidate: [Number.NaN], target: [1] }] }, 'not numbers'],
    ['a metric that nobody computed', { metric: 'judge' }, "the judge's score, was not computed"],
    ['a spent test set', { look: 7 }, 'Bring fresh test rows'],
    ['a latency limit without a measurement', { spec: { ...spec, latency: { p95Ms: 100 } } }, 'latency has a limit but was not measured'],
  ])('close it on %s', (_, changes, reason) => {
    const result = decideGate(input(strong, weak, changes));
    expect(result.document.decision).toBe('inconclusive');
    expect(said(result)).toContain(reason);
    expect(said(result)).not.toContain('proof of a gain');
  });

  test('close it on fewer than 30 rows, naming how many it takes', () => {
    const result = decideGate(input(arm('lora', 20, always), [target('classical', 20, () => false)]));
    expect(result.document).toMatchObject({ decision: 'inconclusive', rowsNeeded: 30 });
  });

  test('close it where there is nothing to compare with', () => {
    expect(decideGate(input(strong, [])).document.decision).toBe('inconclusive');
  });

  test('ask for as many fresh rows where the test set is spent', () => {
    expect(decideGate(input(strong, weak, { look: 9 }))).toMatchObject({ document: { rowsNeeded: 300 }, spendsLook: false });
  });

  test('reject a candidate that is too slow or too dear', () => {
    const limited = { ...spec, latency: { p95Ms: 800 }, cost: { usdPerThousand: 0.5 } };
    const result = decideGate(input(strong, weak, { spec: limited, measured: { p95Ms: 900, usdPerThousand: 0.7 } }));
    expect(result.document.decision).toBe('reject');
    expect(said(result)).toContain('needs 900 ms (p95) an answer; the limit is 800 ms');
    expect(said(result)).toContain('cost 0.70 USD; the limit is 0.5 USD');
    expect(decideGate(input(strong, weak, { spec: limited, measured: { p95Ms: 800, usdPerThousand: 0.5 } })).document.decision).toBe('promote');
  });

  test('count rows on which an arm failed, or that it lacks, as wrong', () => {
    const failing = { ...strong, predictions: strong.predictions.map((p, i) => (i % 2 === 0 ? { ...p, error: 'timed out' } : p)).slice(0, 290) };
    const result = decideGate(input(failing, [target('classical', 300, always)], { dataset: { n: 300, contaminated: false, testChanged: false } }));
    expect(result.document.comparisons[0]?.difference.value).toBeCloseTo(-155 / 300, 12);
  });

  test('see that arms were asked different questions', () => {
    const other = { ...strong, predictions: strong.predictions.map((p, i) => (i === 5 ? { ...prediction(6, true), row: p.row } : p)) };
    expect(said(decideGate(input(other, weak)))).toContain('1 rows have different expected answers');
  });
});

describe('suites', () => {
  const strong = arm('lora', 300, always);
  const weak = [target('classical', 300, seventy)];
  const scores = (n: number, wrong: number) => Array.from({ length: n }, (_, i) => (i < wrong ? 0 : 1));
  const limited = { ...spec, maximumRegression: { safety: 0.02 } };
  const judged = (n: number, wrong: number, nonInferiority = false) =>
    decideGate(
      input(strong, weak, { spec: { ...limited, nonInferiority }, suites: [{ name: 'safety', candidate: scores(n, wrong), target: scores(n, 0) }] }),
    );

  test('veto a regression that is shown', () => {
    const result = judged(200, 20);
    expect(result.document.decision).toBe('reject');
    expect(said(result)).toContain('The suite safety shows a regression beyond its margin (−10.0 points on 200 rows, 2 % may be lost).');
  });

  test('ask the approver to accept by name what looks worse without proof, and print what they could have seen', () => {
    const result = judged(100, 3);
    expect(result.document.decision).toBe('promote');
    expect(result.acknowledge).toEqual(['safety']);
    expect(said(result)).toMatch(/The suite could have shown a loss of \d+\.\d points/);
  });

  test('pass where nothing is lost', () => {
    expect(judged(100, 0)).toMatchObject({ document: { decision: 'promote' }, acknowledge: [] });
  });

  test('must prove harmlessness where that is asked for', () => {
    expect(judged(60, 1, true).document.decision).toBe('inconclusive');
    expect(judged(600, 0, true).document.decision).toBe('promote');
  });

  test('stop a candidate that is better on average and worse on one protected slice', () => {
    const slice = { name: 'slice language=fr', candidate: scores(80, 40), target: scores(80, 10), margin: 0 };
    const result = decideGate(input(strong, weak, { suites: [slice] }));
    expect(result.document.decision).toBe('reject');
    expect(said(result)).toContain('The suite slice language=fr shows a regression');
  });
});

describe('tasks with row scores', () => {
  test('are compared by paired bootstrap', () => {
    const extraction = (name: string, isRight: (i: number) => boolean) => ({
      ...arm(name, 200, isRight),
      predictions: Array.from({ length: 200 }, (_, i) => ({
        ...prediction(i, true),
        expected: '{"a":1,"b":2}',
        answer: isRight(i) ? '{"a":1,"b":2}' : '{"a":1,"b":3}',
      })),
    });
    const targets = [{ ...extraction('few-shot', seventy), role: 'best-untuned' as const }];
    const result = decideGate(input(extraction('lora', ninety), targets, { metric: 'field_f1', taskType: 'extraction' }));
    expect(result.document.decision).toBe('promote');
    expect(result.document.comparisons[0]?.difference.value).toBeCloseTo(0.1, 12);
    expect(said(result)).toContain("lora's field F1 on 200 test rows is above that of few-shot: +10.0 points");
  });

  test('take scores that came with the arms', () => {
    const scored = (name: string, score: number) => ({
      ...arm(name, 100, always),
      scores: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`test.csv:${i + 2}`, score + (i % 7) / 100])),
    });
    const result = decideGate(
      input(scored('lora', 0.8), [{ ...scored('base', 0.6), role: 'best-untuned' }], { metric: 'judge', taskType: 'generation' }),
    );
    expect(result.document.decision).toBe('promote');
  });
});
