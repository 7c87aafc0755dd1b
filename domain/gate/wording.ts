/** Numbers and names as a manager reads them. */

const metricNames: Readonly<Record<string, string>> = {
  accuracy: 'accuracy',
  f1_macro: 'macro F1',
  f1_micro: 'micro F1',
  f1_weighted: 'weighted F1',
  precision_macro: 'macro precision',
  recall_macro: 'macro recall',
  precision_weighted: 'weighted precision',
  recall_weighted: 'weighted recall',
  kappa: "Cohen's kappa",
  mcc: 'Matthews correlation',
  top_3: 'right among the three most probable',
  out_of_scope_recall: 'out-of-scope recall',
  out_of_scope_precision: 'out-of-scope precision',
  field_f1: 'field F1',
  field_f1_macro: 'macro field F1',
  exact_match: 'exact match',
  token_f1: 'token F1',
  rouge1: 'ROUGE-1',
  rouge2: 'ROUGE-2',
  rouge_l: 'ROUGE-L',
  rougeL: 'ROUGE-L',
  rougeLsum: 'ROUGE-Lsum',
  valid: 'fits the schema',
  similarity: 'similarity',
  judge: "the judge's score",
  preference: "the judge's preference",
};

export function metricName(metric: string): string {
  return metricNames[metric] ?? metric;
}

/** `+4.0`, `−0.3`: percentage points of a difference. */
export function points(difference: number): string {
  const text = Math.abs(difference * 100).toFixed(1);
  if (text === '0.0') return '0.0';
  return `${difference < 0 ? '−' : '+'}${text}`;
}

/** `95 %`, `97.5 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
