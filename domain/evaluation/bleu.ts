/** Corpus BLEU as sacrebleu computes it by default (Papineni et al. 2002; Post 2018), in 0 … 1 where sacrebleu says 0 … 100. */
import { countItems, overlap } from './counted.ts';

const orders = 4;

/** What makes the number comparable with others; the version is that of the sacrebleu which the tests compare with. */
export function bleuSignature(references: number): string {
  return `nrefs:${references}|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0`;
}

/** Per row: answer length, length of the closest reference, matches of order 1 … 4, n-grams of order 1 … 4. Their sums give {@link bleuOf}. */
export function bleuCounts(answer: string, references: readonly string[]): number[] {
  const said = tokenise13a(answer);
  const refs = references.map(tokenise13a);
  const closest = refs.map((ref) => ref.length).sort((a, b) => Math.abs(a - said.length) - Math.abs(b - said.length) || a - b)[0] ?? 0;
  const matches: number[] = [];
  const totals: number[] = [];
  for (let n = 1; n <= orders; n += 1) {
    const allowed = new Map<string, number>();
    for (const ref of refs) for (const [gram, count] of grams(ref, n)) allowed.set(gram, Math.max(count, allowed.get(gram) ?? 0));
    matches.push(overlap(grams(said, n), allowed));
    totals.push(Math.max(0, said.length - n + 1));
  }
  return [said.length, closest, ...matches, ...totals];
}

/** Brevity penalty times the geometric mean of the n-gram precisions, with exponential smoothing of orders without a match. */
export function bleuOf(sums: ArrayLike<number>): number {
  const [answerLength, referenceLength] = [sums[0] as number, sums[1] as number];
  let [logs, halved, matched] = [0, 1, 0];
  for (let n = 0; n < orders; n += 1) {
    const [right, total] = [sums[2 + n] as number, sums[2 + orders + n] as number];
    if (total === 0) return 0;
    matched += right;
    if (right === 0) halved *= 2;
    logs += Math.log(right === 0 ? 1 / (halved * total) : right / total);
  }
  if (matched === 0) return 0;
  const brevity = answerLength < referenceLength ? Math.exp(1 - referenceLength / answerLength) : 1;
  return brevity * Math.exp(logs / orders);
}

/** The tokeniser `13a` of mteval, as sacrebleu has it. */
export function tokenise13a(line: string): string[] {
  const text = line
    .trimEnd()
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  return ` ${text} `
    .replace(/([{-~[-` -&(-+:-@/])/g, ' $1 ')
    .replace(/([^0-9])([.,])/gu, '$1 $2 ')
    .replace(/([.,])([^0-9])/gu, ' $1 $2')
    .replace(/([0-9])(-)/g, '$1 $2 ')
    .split(/\s+/)
    .filter(Boolean);
}

function grams(tokens: readonly string[], n: number): Map<string, number> {
  return countItems(Array.from({ length: Math.max(0, tokens.length - n + 1) }, (_, i) => tokens.slice(i, i + n).join(' ')));
}
