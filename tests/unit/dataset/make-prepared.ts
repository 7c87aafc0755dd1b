import { pipelineSpecSchema } from '../../../contracts/pipeline-spec.ts';
import type { PipelineSpecInput } from '../../../contracts/pipeline-spec.ts';
import type { PrepareInput, SourceText } from '../../../domain/dataset/prepare.ts';

/** Input for `prepareDataset`: a classification of the columns `text` and `label` unless the arguments say otherwise. */
export function inputOf(
  sources: readonly SourceText[],
  dataset: Partial<PipelineSpecInput['dataset']> = {},
  task: PipelineSpecInput['task'] = { type: 'classification' },
): PrepareInput {
  const test = sources.find((source) => source.role === 'test')?.file;
  const spec = pipelineSpecSchema.parse({
    name: 'example',
    task,
    dataset: { source: 'train.csv', input: 'text', output: 'label', licence: 'MIT', ...(test === undefined ? {} : { test }), ...dataset },
    candidates: { untuned: ['zero-shot'] },
    deployment: { endpoint: 'example' },
  });
  return { task: spec.task, dataset: spec.dataset, slices: [], groupBy: spec.dataset.split.groupBy ?? null, sources, frozenTest: null };
}

export const source = (text: string, file = 'train.csv'): SourceText => ({ file, text, role: 'source' });
export const test = (text: string, file = 'test.csv'): SourceText => ({ file, text, role: 'test' });

/** CSV of the columns `text` and `label`. */
export function csv(rows: readonly (readonly string[])[], header: readonly string[] = ['text', 'label']): string {
  return [header, ...rows].map((row) => row.map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')).join('\n');
}

/** A small generator with a seed (mulberry32), so that a failing case can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const words = (
  'order parcel delayed refund battery charger broken frame wheel invoice address change cancel appointment workshop brake noise light app login ' +
  'password lease contract return colour size stock shop voucher discount warranty claim damaged stolen insurance helmet lock key courier customs delivery ' +
  'week monday friday morning neighbour depot email phone reply answer waiting question mistake price fee deposit repair spare part motor display update'
).split(' ');

/** Rows of random words that are unlike each other, with labels that repeat. */
export function randomRows(count: number, seed: number, labels: readonly string[] = ['a', 'b', 'c']): [string, string][] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, i) => {
    const text = Array.from({ length: 8 + Math.floor(random() * 6) }, () => words[Math.floor(random() * words.length)] ?? '').join(' ');
    return [text, labels[i % labels.length] ?? ''];
  });
}
