/** Figures as a reader meets them. */
import type { JudgeAgreement } from '../../contracts/judge.ts';
import { percent } from '../gate/wording.ts';

/** Metrics that are no shares, so that a percent sign would lie. */
const unitless = /^(kappa|mcc|perplexity|loss|bleu|chrf|judge)/;

/** `93.2 %`, or `0.874` for metrics that are no shares. */
export function figure(metric: string, value: number): string {
  if (!Number.isFinite(value)) return '–';
  return unitless.test(metric) ? value.toFixed(3) : `${(value * 100).toFixed(1)} %`;
}

/** `93.2 – 96.0 %` */
export function range(metric: string, { low, high }: { low: number; high: number }): string {
  if (unitless.test(metric)) return `${low.toFixed(3)} – ${high.toFixed(3)}`.replaceAll('-', '−');
  return `${(low * 100).toFixed(1)} – ${(high * 100).toFixed(1)} %`;
}

export const count = (n: number): string => n.toLocaleString('en-US').replaceAll(',', ' ');
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** `0.4 s`, `47 s`, `12 min 5 s`, `3 h 4 min` */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 === 0 ? '' : ` ${whole % 60} s`}`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}

export const milliseconds = (ms: number): string => (ms === 0 ? '–' : ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`);

/** `$0`, `$0.0042`, `$12.40` */
export function dollars(usd: number): string {
  if (usd === 0) return '$0';
  return usd < 0.1 ? `$${Number(usd.toPrecision(2))}` : `$${usd.toFixed(2)}`;
}

/** `p < 0.001`, `p = 0.034` */
export const pValue = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

/** `2026-11-22 19:08 UTC` */
export const moment = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

/** `sha256:4f2a91c0…`: enough to recognise, with the whole one in the lineage. */
export const shortHash = (hash: string): string => (hash.length > 20 ? `${hash.slice(0, hash.startsWith('sha256:') ? 17 : 10)}…` : hash);

export const share = (part: number, whole: number): string => (whole === 0 ? '–' : percent(Math.round((part / whole) * 1000) / 1000));

export function clip(text: string, length: number): string {
  const points = [...text];
  return points.length <= length
    ? text
    : `${points
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}

/** Whether a judge can be taken at its word: people's agreement with it, or that nobody has looked. */
export function agreementText({ n, kappa, spearman }: JudgeAgreement): string {
  if (n === 0) return 'No person has labelled its answers yet, so how far it can be trusted is not known';
  const figures = [
    kappa === null ? null : `weighted kappa ${kappa.toFixed(2)}`,
    spearman === null ? null : `rank correlation ${spearman.toFixed(2)}`,
  ];
  const known = figures.filter((f) => f !== null);
  return `On ${plural(n, 'answer')} that people labelled too, ${known.length === 0 ? 'grades are too alike for a figure' : `it agrees with them by ${known.join(', ')}`}`;
}

export const findingNames: Readonly<Record<string, string>> = {
  duplicate: 'exact duplicates',
  nearDuplicate: 'near-duplicates',
  leak: 'copies of test rows',
  invalid: 'unreadable or incomplete',
  pii: 'personal data',
  label: 'doubtful labels',
  length: 'unusual length',
  language: 'another language',
  balance: 'uneven classes',
  licence: 'no licence named',
};

/** Keeps a number and its percent sign on one line. */
export const unbroken = (text: string): string => text.replaceAll(' %', '\u00a0%');

export const kindNames: Readonly<Record<string, string>> = { untuned: 'untuned', tuned: 'tuned', champion: 'champion' };
