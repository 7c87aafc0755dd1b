import { describe, expect, it } from 'vitest';
import type { ReportData } from '../../../domain/report/report-data.ts';
import { emptyReport, sampleReport } from '../../support/sample-report.ts';

const gateOf = (changed: Partial<NonNullable<ReportData['gate']>>): ReportData['gate'] => {
  const { gate } = sampleReport();
  return gate && { ...gate, ...changed };
};
const comparison = {
  against: 'classical',
  difference: { value: 0.004, low: -0.012, high: 0.02, p: 0.7 },
  detectable: 0.03,
  test: null,
  gains: 9,
  losses: 7,
  rowsNeeded: 4100,
};

describe('the headline', () => {
  it('says of a promoted candidate by how much, against whom, on how many rows', () => {
    expect(sampleReport().headline).toMatch(
      /^The tuned model lora-smollm2-135m was deployed to support-triage: on 560 test rows it had never seen, its accuracy is \d+\.\d points above that of its closest rival, the champion \(97\.5 % interval \+/,
    );
  });

  it('says when an untuned arm was deployed because tuning did not prove better', () => {
    const { headline } = sampleReport({
      gate: gateOf({ decision: 'inconclusive', comparisons: [comparison], rowsNeeded: 4100 }),
      deployment: { arm: 'classical', url: 'http://127.0.0.1:7300/v1' },
    });
    expect(headline).toContain('The untuned arm classical was deployed to support-triage, not a tuned model');
    expect(headline).toContain('a test of about 4 100 rows could tell');
  });

  it('says why nothing was deployed', () => {
    const declined = sampleReport({
      outcome: 'declined',
      deployment: null,
      gate: gateOf({ decision: 'reject', comparisons: [{ ...comparison, difference: { value: -0.02, low: -0.04, high: -0.001, p: 0.03 } }] }),
    });
    expect(declined.headline).toBe(
      'Nothing was deployed to support-triage: lora-smollm2-135m did not prove better, with −2.0 points of accuracy against classical on 560 test rows it had never seen (interval −4.0 to −0.1).',
    );
    expect(sampleReport({ outcome: 'inconclusive', deployment: null, gate: gateOf({ decision: 'inconclusive', comparisons: [] }) }).headline).toMatch(
      /^Nothing was deployed/,
    );
  });

  it('names the person who said no, or says that nobody answered', () => {
    const no = {
      verdict: 'reject',
      by: 'Grace',
      verified: true,
      counted: true,
      refusedBecause: null,
      comment: 'not this quarter',
      at: '2026-11-22T18:46:40.000Z',
    };
    expect(sampleReport({ outcome: 'rejected', deployment: null, voices: [no] }).headline).toBe(
      'Grace rejected lora-smollm2-135m, saying “not this quarter”; nothing was deployed to support-triage.',
    );
    expect(sampleReport({ outcome: 'rejected', deployment: null, voices: [] }).headline).toMatch(/^Nobody approved lora-smollm2-135m in time/);
  });

  it('says what failed, and that an open run has decided nothing', () => {
    expect(emptyReport().headline).toBe('The run failed and nothing was deployed: there are no rows in messages.csv.');
    expect(sampleReport({ outcome: null, state: 'running' }).headline).toBe('The run is still under way, so nothing is decided yet.');
    expect(sampleReport({ outcome: null, state: 'waiting-for-approval' }).headline).toMatch(
      /^The tuned model lora-smollm2-135m waits for a person's approval/,
    );
  });

  it('says of a retrained model on which rows it was better, or what it forgot', () => {
    const estimate = { value: 0.1, low: 0.02, high: 0.18 };
    const retraining = { fresh: 80, frozen: 560, margin: 0.05, gain: estimate, kept: { value: 0, low: -0.03, high: 0.03 } };
    const against = { ...comparison, against: 'champion', difference: { ...estimate, p: 0.01 } };
    expect(sampleReport({ gate: gateOf({ comparisons: [against], retraining }) }).headline).toContain(
      'on 80 labelled rows that neither had ever seen, its accuracy is 10.0 points above that of the champion',
    );
    const forgot = { ...retraining, kept: { value: -0.09, low: -0.12, high: -0.06 } };
    const gate = gateOf({ decision: 'reject', comparisons: [against], retraining: forgot });
    expect(sampleReport({ outcome: 'declined', deployment: null, gate }).headline).toContain(
      'lost 9.0 points of accuracy on the 560 test rows that the champion was judged on, more than the 5 % that may be lost',
    );
  });
});
