/** Speed of the bootstrap: 1,000,000 predictions, 100 labels, every metric that follows from the confusion matrix, 2,000 resamples. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { classificationMetrics } from '../../domain/evaluation/classification-metrics.ts';
import { seededRandom } from '../../domain/evaluation/random.ts';
import type { BenchCase } from '../document.ts';

const rows = 1_000_000;
const labels = Array.from({ length: 100 }, (_, k) => `label-${k}`);
const resamples = 2000;
const timedResamples = 20;
const rounds = 3;

interface PeerTimes {
  readonly numpy: number;
  readonly sklearn: number;
  readonly numpyVersion: string;
  readonly sklearnVersion: string;
}

export async function cases(report: (line: string) => void): Promise<BenchCase[]> {
  report('making a million predictions');
  const predictions = makePredictions();
  report('our bootstrap');
  const { seconds, confusion } = timeOurs(predictions);
  report('the peers, in an environment of their own');
  const peers = timePeers(confusion);
  const figure = (
    name: string,
    peerName: string,
    peer: number | null,
    value: number | null,
    bounds: { min: number | null; max: number | null },
    notes: string,
  ): BenchCase => ({
    case: name,
    unit: 'ratio',
    ours: seconds,
    peer,
    peerName,
    value,
    ...bounds,
    notes: typeof peers === 'string' ? peers : notes,
  });
  const times = typeof peers === 'string' ? null : peers;
  return [
    figure(
      'bootstrap-vs-sklearn',
      `scikit-learn ${times?.sklearnVersion ?? ''}`.trim(),
      times?.sklearn ?? null,
      times === null ? null : times.sklearn / seconds,
      { min: 100, max: null },
      `seconds for ${resamples} resamples; its loop timed on ${timedResamples} and scaled; ours starts from the rows and ends with the intervals`,
    ),
    figure(
      'bootstrap-vs-numpy-multinomial',
      `numpy ${times?.numpyVersion ?? ''}`.trim(),
      times?.numpy ?? null,
      times === null ? null : seconds / times.numpy,
      { min: null, max: 2 },
      'seconds; its draws of the confusion matrix alone against our draws, metrics and intervals',
    ),
  ];
}

/** Right in 80 %; half of the mistakes fall on five near labels and half on any, so that nearly all cells are filled. */
function makePredictions(): { expected: string; answer: string }[] {
  const random = seededRandom(7);
  return Array.from({ length: rows }, () => {
    const k = random.below(labels.length);
    const u = random.unit();
    const answer = u < 0.8 ? k : u < 0.9 ? (k + 1 + random.below(5)) % labels.length : random.below(labels.length);
    return { expected: labels[k] as string, answer: labels[answer] as string };
  });
}

/** The fastest of some rounds, the one least disturbed by what else the machine does; numpy is timed alike. */
function timeOurs(predictions: readonly { expected: string; answer: string }[]): { seconds: number; confusion: number[][] } {
  const times: number[] = [];
  let confusion: number[][] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    const result = classificationMetrics(predictions, labels, { seed: round, resamples });
    times.push((performance.now() - start) / 1000);
    confusion = result.confusion.counts.map((line) => line.slice(0, labels.length));
  }
  return { seconds: Math.min(...times), confusion };
}

/** Their times, or why there are none. */
function timePeers(confusion: readonly (readonly number[])[]): PeerTimes | string {
  const script = fileURLToPath(new URL('peers.py', import.meta.url));
  const run = spawnSync('uv', ['run', '--no-project', '--with', 'numpy,scikit-learn', script], {
    input: JSON.stringify({ confusion, resamples, timedResamples, rounds }),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    timeout: 600_000,
  });
  if (run.error !== undefined) return `the peers could not run: uv is needed (${run.error.message})`;
  if (run.status !== 0) return `the peers could not run: ${run.stderr.trim().split('\n').at(-1) ?? 'no reason given'}`;
  return JSON.parse(run.stdout) as PeerTimes;
}
