import type { Agreement } from '../../contracts/monitoring.ts';
import { normalCdf } from '../evaluation/normal.ts';

interface Counted {
  readonly n: number;
  readonly agreed: number;
}

/**
 * How often two models agree, on the test rows and on a sample of traffic. Without labels nobody knows who is right; but where both were measured on the
 * test rows, agreeing less often now means that at least one of them has become worse. One-sided two-proportion z-test with pooled variance.
 */
export function compareAgreement(against: string, test: Counted, sample: Counted): Agreement {
  const share = ({ agreed, n }: Counted) => (n === 0 ? 0 : agreed / n);
  const pooled = (test.agreed + sample.agreed) / Math.max(1, test.n + sample.n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / Math.max(1, test.n) + 1 / Math.max(1, sample.n)));
  const drop = share(test) - share(sample);
  const p = error === 0 ? 1 : normalCdf(-drop / error);
  return { against, test: { ...test, share: share(test) }, sample: { ...sample, share: share(sample) }, p, hasDropped: drop > 0 && p < 0.05 };
}
