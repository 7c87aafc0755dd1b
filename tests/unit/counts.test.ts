import { describe, expect, it } from 'vitest';
import { countJunit, countVitest, summary, total } from '../support/counts.ts';

describe('the last line of `npm test`', () => {
  it('adds up both languages', () => {
    const vitest = countVitest(
      JSON.stringify({
        numPassedTests: 3,
        numFailedTests: 1,
        numPendingTests: 1,
        numTodoTests: 1,
        testResults: [{ status: 'failed', assertionResults: [{ status: 'failed' }] }],
      }),
    );
    const pytest = countJunit(
      '<testsuites><testsuite name="pytest" errors="1" failures="1" skipped="2" tests="10" time="1"></testsuite></testsuites>',
    );
    expect(summary(total([vitest, pytest]))).toBe('9 passed, 3 failed, 4 skipped');
  });

  it('counts a file that could not be loaded as a failure', () => {
    const counts = countVitest(
      JSON.stringify({
        numPassedTests: 0,
        numFailedTests: 0,
        numPendingTests: 0,
        numTodoTests: 0,
        testResults: [{ status: 'failed', assertionResults: [] }],
      }),
    );
    expect(summary(counts)).toBe('0 passed, 1 failed');
  });
});
