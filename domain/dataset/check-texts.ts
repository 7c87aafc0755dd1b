import type { TunedSpec } from '../../contracts/pipeline-spec.ts';
import type { Row } from '../../contracts/rows.ts';
import { approximateTokens } from '../knowledge/tokens.ts';
import type { DetectLanguage } from './detect-language.ts';
import type { Ledger } from './ledger.ts';

/** What the texts of a dataset are held against. */
export interface TextLimits {
  /** Tokens of question and answer that the shortest-sighted candidate is trained on. */
  readonly tokens: { readonly most: number; readonly candidate: string } | null;
  readonly detectLanguage: DetectLanguage | null;
}

/** The candidate that is trained on the fewest tokens of a row, within the context of its base where that is known. */
export function tokenLimit(tuned: readonly TunedSpec[], contextOf: (candidate: TunedSpec) => number | null = () => null): TextLimits['tokens'] {
  const limits = tuned.map((candidate) => {
    const context = contextOf(candidate);
    return { most: Math.min(candidate.hyperparameters.maxLength, context ?? Number.POSITIVE_INFINITY), candidate: candidate.name ?? candidate.base };
  });
  return limits.sort((a, b) => a.most - b.most)[0] ?? null;
}

/** Rows that are named of one kind; a number says how many more there are. */
const mostNamed = 50;
/** Rows whose language is looked at: enough to see a mix. */
const mostDetected = 20_000;

/** Warns of texts that will be cut, look cut already, are unlike the rest in length, or are in another language than the rest. */
export function checkTexts(rows: readonly Row[], { tokens, detectLanguage }: TextLimits, ledger: Ledger): void {
  if (tokens !== null) checkTokens(rows, tokens, ledger);
  checkCut(rows, ledger);
  checkOutliers(rows, ledger);
  if (detectLanguage !== null) checkLanguages(rows, detectLanguage, ledger);
}

function checkTokens(rows: readonly Row[], { most, candidate }: NonNullable<TextLimits['tokens']>, ledger: Ledger): void {
  // A token is at least one character, so that short rows need no counting.
  const long = rows.filter(({ input, output }) => input.length + output.length > most && approximateTokens(`${input} ${output}`) > most);
  warnOfEach(long, ledger, 'length', ({ input, output }) => ({
    message: `the row has about ${approximateTokens(`${input} ${output}`)} tokens, and ${candidate} is trained on ${most}: its end is cut off`,
    remedy: 'raise hyperparameters.maxLength, or shorten the row',
  }));
}

/** Lengths at which exports cut: many texts end at exactly one of them, and none is longer. */
const usualCuts = new Set([
  80, 100, 120, 128, 140, 160, 200, 250, 254, 255, 256, 280, 500, 511, 512, 1000, 1023, 1024, 2000, 2048, 4000, 4095, 4096, 8000, 8192, 32_767,
  65_535,
]);

function checkCut(rows: readonly Row[], ledger: Ledger): void {
  const longest = rows.reduce((most, { input }) => Math.max(most, input.length), 0);
  const cut = usualCuts.has(longest) ? rows.filter(({ input }) => input.length === longest && !/[.!?\u2026"')\]]$/.test(input)) : [];
  if (cut.length < 3) return;
  warnOfEach(cut, ledger, 'length', () => ({
    message: `the text ends after exactly ${longest} characters, as ${cut.length} rows do and no row is longer: it looks cut off`,
    remedy: 'export the whole texts',
  }));
}

/** Far beyond the quartiles of the logarithm of length (Tukey's outer fence, three times the distance between them, and at least eightfold the median). */
function checkOutliers(rows: readonly Row[], ledger: Ledger): void {
  if (rows.length < 20) return;
  const logs = rows.map(({ input }) => Math.log(input.length)).sort((a, b) => a - b);
  const at = (share: number): number => logs[Math.floor(share * (logs.length - 1))] ?? 0;
  const [low, middle, high] = [at(0.25), at(0.5), at(0.75)];
  const reach = Math.max(3 * (high - low), Math.log(8));
  const unlike = rows.filter(({ input }) => Math.log(input.length) > Math.max(high, middle) + reach);
  warnOfEach(unlike, ledger, 'length', ({ input }) => ({
    message: `the text has ${input.length} characters, where half of the rows have at most ${Math.round(Math.exp(middle))}`,
    remedy: 'read it: two rows may have run together',
  }));
}

function checkLanguages(rows: readonly Row[], detect: DetectLanguage, ledger: Ledger): void {
  const step = Math.max(1, Math.ceil(rows.length / mostDetected));
  const known = rows.flatMap((row, i) => {
    const language = i % step === 0 ? detect(row.input) : null;
    return language === null ? [] : [{ row, language }];
  });
  const counts = new Map<string, number>();
  for (const { language } of known) counts.set(language, (counts.get(language) ?? 0) + 1);
  const [main, count] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
  // A dataset of several languages is meant to be one.
  if (count < known.length * 0.9) return;
  const others = known.filter(({ language }) => language !== main);
  const languages = new Map(others.map(({ row, language }) => [row, language]));
  warnOfEach([...languages.keys()], ledger, 'language', (row) => ({
    message: `the text seems to be in '${languages.get(row) ?? ''}', and ${Math.round((100 * count) / known.length)} % of the rows are in '${main}'`,
    remedy: 'nothing to do if such messages come in use; else remove the row',
  }));
}

function warnOfEach(rows: readonly Row[], ledger: Ledger, kind: 'length' | 'language', say: (row: Row) => { message: string; remedy: string }): void {
  const more = rows.length - mostNamed;
  rows.slice(0, mostNamed).forEach((row, i) => {
    const { message, remedy } = say(row);
    const rest = i === mostNamed - 1 && more > 0 ? `; ${more} more rows are like it` : '';
    ledger.warn(kind, { at: row, field: 'input', message: `${message}${rest}`, remedy });
  });
}
