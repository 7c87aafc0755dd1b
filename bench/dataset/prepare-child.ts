/** A process of its own, so that its memory is its own: prepares and freezes the CSV file of its first argument, and prints what that took. */
import { resourceUsage } from 'node:process';
import { fileChunks } from '../../activities/dataset/file-chunks.ts';
import { pipelineSpecSchema } from '../../contracts/pipeline-spec.ts';
import { freezeDataset } from '../../domain/dataset/freeze.ts';
import { prepareDataset } from '../../domain/dataset/prepare.ts';

const path = process.argv[2] ?? '';
const spec = pipelineSpecSchema.parse({
  name: 'bench',
  task: { type: 'classification' },
  dataset: { source: 'rows.csv', input: 'text', output: 'label' },
  candidates: { untuned: ['zero-shot'] },
  deployment: { endpoint: 'bench' },
});

const steps: Record<string, number> = {};
const peaks: Record<string, number> = {};
const peakGb = (): number => (resourceUsage().maxRSS * 1024) / 1e9;
let [step, since] = ['', performance.now()];
const started = since;
const enter = (next: string): void => {
  if (next === step) return;
  if (step !== '') [steps[step], peaks[step]] = [(steps[step] ?? 0) + (performance.now() - since) / 1000, peakGb()];
  [step, since] = [next, performance.now()];
};
const prepared = prepareDataset(
  {
    task: spec.task,
    dataset: spec.dataset,
    slices: [],
    groupBy: null,
    sources: [{ file: 'rows.csv', text: () => fileChunks(path), role: 'source' }],
    frozenTest: null,
  },
  (progress) => enter(progress.step),
);
enter('freeze');
const { hash, manifest } = freezeDataset(prepared);
enter('');
console.log(
  JSON.stringify({
    hash,
    rows: manifest.rows,
    dropped: prepared.dropped,
    redacted: prepared.redacted,
    read: prepared.read,
    seconds: (performance.now() - started) / 1000,
    peakGb: peakGb(),
    steps,
    peaks,
  }),
);
