import type { Row } from '../../contracts/rows.ts';
import { balanceOf } from './balance.ts';
import { openLedger } from './ledger.ts';
import type { PreparedDataset } from './prepare.ts';

/** Rows that can be compared each with each in seconds. */
export const mostComparable = 10_000;

/**
 * Drops rows that say the same as another in other words, by the cosine of their embeddings: those near a test row as leaks, those near an earlier row of
 * training or validation as near-duplicates. Test rows stay.
 *
 * @param vectorOf embedding of a row's input, of unit length
 * @param threshold cosine from which two rows say the same
 */
export function removeSemanticDuplicates(prepared: PreparedDataset, vectorOf: (row: Row) => readonly number[], threshold: number): PreparedDataset {
  const ledger = openLedger();
  const test = new Neighbours(threshold);
  const others = new Neighbours(threshold);
  for (const row of prepared.test) test.add(row, vectorOf(row));
  const stays = (row: Row): boolean => {
    const vector = vectorOf(row);
    const leak = test.nearest(vector);
    const twin = leak ?? others.nearest(vector);
    if (twin === null) {
      others.add(row, vector);
      return true;
    }
    const message = `says the same as ${leak ? 'a test row' : 'an earlier row'} in other words (cosine ${twin.cosine.toFixed(3)})`;
    const remedy = 'nothing to do; raise dataset.semanticDuplicate to keep such rows';
    ledger.drop(leak ? 'leak' : 'nearDuplicate', { at: row, other: twin.row, field: 'input', message, remedy });
    return false;
  };
  const [train, validation] = [prepared.train.filter(stays), prepared.validation.filter(stays)];
  const { leak, nearDuplicate } = ledger.dropped;
  return {
    ...prepared,
    train,
    validation,
    dropped: { ...prepared.dropped, leak: prepared.dropped.leak + leak, nearDuplicate: prepared.dropped.nearDuplicate + nearDuplicate },
    findings: [...prepared.findings, ...ledger.findings],
    balance: balanceOf(prepared.labels, { train, validation, test: prepared.test }),
    funnel: [...prepared.funnel, { step: 'without the same in other words', rows: train.length + validation.length + prepared.test.length }],
  };
}

class Neighbours {
  private readonly threshold: number;
  private readonly rows: Row[] = [];
  private readonly vectors: Float32Array[] = [];

  constructor(threshold: number) {
    this.threshold = threshold;
  }

  add(row: Row, vector: readonly number[]): void {
    this.rows.push(row);
    this.vectors.push(Float32Array.from(vector));
  }

  nearest(vector: readonly number[]): { readonly row: Row; readonly cosine: number } | null {
    const own = Float32Array.from(vector);
    let [best, most] = [-1, this.threshold];
    for (const [i, other] of this.vectors.entries()) {
      let cosine = 0;
      for (let k = 0; k < own.length; k++) cosine += (own[k] as number) * (other[k] as number);
      if (cosine >= most) [best, most] = [i, cosine];
    }
    return best < 0 ? null : { row: this.rows[best] as Row, cosine: most };
  }
}
