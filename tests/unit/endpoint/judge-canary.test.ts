import { expect, test } from 'vitest';
import { isShownToFail } from '../../../domain/endpoint/judge-canary.ts';

/** P(X ≥ k), X binomial(n, p), summed term by term. */
function tail(k: number, n: number, p: number): number {
  let below = 0;
  for (let i = 0, term = (1 - p) ** n; i < k; i += 1, term *= ((n - i + 1) / i) * (p / (1 - p))) below += term;
  return 1 - below;
}

test('decides as the binomial tail does', () => {
  for (const p of [0.02, 0.1, 0.3])
    for (const n of [1, 2, 5, 20, 100, 400])
      for (let k = 1; k <= Math.min(n, 60); k += 1) expect([p, n, k, isShownToFail(k, n, p)]).toEqual([p, n, k, tail(k, n, p) < 0.001]);
});

test('one failed request is no evidence, two of two at 2 % are, and where none may fail one is enough', () => {
  expect([isShownToFail(1, 1, 0.02), isShownToFail(2, 2, 0.02), isShownToFail(1, 500, 0), isShownToFail(0, 500, 0), isShownToFail(9, 9, 1)]).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
});
