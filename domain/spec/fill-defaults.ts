import type { DatasetSpec, PipelineSpec, TunedSpec } from '../../contracts/pipeline-spec.ts';

/** Defaults that depend on other keys: the shares beside a test file, the gate's metric, the metrics that are always there, the candidates' names. */
export function fillDefaults(spec: PipelineSpec): PipelineSpec {
  const metric = spec.gate.metric ?? defaultGateMetric(spec);
  const always = spec.task.type === 'classification' ? ['accuracy', 'f1_macro'] : [metric];
  return {
    ...spec,
    dataset: { ...spec.dataset, split: besideTestFile(spec.dataset) },
    candidates: { ...spec.candidates, tuned: nameCandidates(spec.candidates.tuned) },
    evaluation: { ...spec.evaluation, metrics: [...new Set([...always, ...spec.evaluation.metrics])] },
    gate: { ...spec.gate, metric },
  };
}

/** With a fixed test file, 15 % of the rest is validation unless the shares say otherwise. */
function besideTestFile({ test, split }: DatasetSpec): DatasetSpec['split'] {
  return test === undefined || split.test === 0 ? split : { ...split, train: 0.85, validation: 0.15, test: 0 };
}

/** `judge` needs a judge; without one, generation is compared by similarity to the reference. */
export function defaultGateMetric(spec: PipelineSpec): string {
  if (spec.task.type === 'classification') return 'f1_macro';
  if (spec.task.type === 'extraction') return 'field_f1';
  return spec.evaluation.judge === undefined ? 'similarity' : 'judge';
}

/** @example lora on smollm2-135m-instruct becomes `lora-smollm2-135m`, with `rag` `lora-rag-smollm2-135m`; a second one gets `-2`. */
function nameCandidates(tuned: readonly TunedSpec[]): TunedSpec[] {
  const taken = new Set(tuned.flatMap((candidate) => (candidate.name === undefined ? [] : [candidate.name])));
  return tuned.map((candidate) => {
    if (candidate.name !== undefined) return candidate;
    const base = slug(candidate.base.split(/[/\\]/).at(-1) ?? candidate.base).replace(/-(instruct|chat|it)$/, '');
    const stem = `${candidate.method}${candidate.rag ? '-rag' : ''}-${base}`.slice(0, 58).replace(/-$/, '');
    let name = stem;
    for (let n = 2; taken.has(name); n++) name = `${stem}-${n}`;
    taken.add(name);
    return { ...candidate, name };
  });
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
