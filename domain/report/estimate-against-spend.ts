import type { EstimateDocument, UsdRange } from '../../contracts/estimate.ts';
import type { SpendLine } from './report-data.ts';

export interface EstimatedAndSpent {
  readonly kind: SpendLine['kind'];
  readonly provider: string;
  /** Null where nothing was expected, or no price was known. */
  readonly estimated: UsdRange | null;
  readonly spent: number;
  /** False while a part of `spent` is what was reserved. */
  readonly isSettled: boolean;
}

/** What was expected and what was paid, by kind of spend and provider; where both are nothing there is no line. */
export function estimateAgainstSpend(estimate: EstimateDocument | null, lines: readonly SpendLine[]): EstimatedAndSpent[] {
  const expected = estimate?.lines ?? [];
  const keys = new Map([...expected, ...lines].map(({ kind, provider }) => [`${kind} ${provider}`, { kind, provider: provider ?? '' }]));
  return [...keys.values()].flatMap(({ kind, provider }) => {
    const priced = expected.filter((line) => line.kind === kind && line.provider === provider).flatMap((line) => (line.usd ? [line.usd] : []));
    const paid = lines.filter((line) => line.kind === kind && line.provider === provider);
    const of = (pick: keyof UsdRange) => priced.reduce((sum, usd) => sum + usd[pick], 0);
    const estimated = priced.length === 0 ? null : { value: of('value'), low: of('low'), high: of('high') };
    const spent = paid.reduce((sum, line) => sum + line.usd, 0);
    return spent === 0 && (estimated?.high ?? 0) === 0 ? [] : [{ kind, provider, estimated, spent, isSettled: paid.every((line) => line.isSettled) }];
  });
}
