import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { TunegateError } from '../../contracts/errors.ts';
import { checkCredentials } from './credentials.ts';
import { schemaFault } from '../evaluation/schema-validity.ts';
import { nearest } from './describe-issue.ts';
import { fillDefaults } from './fill-defaults.ts';
import type { Locate, Refuse } from './locate.ts';
import { isSameModel } from '../evaluation/judge/is-same-model.ts';
import { modelOf } from '../provider-model.ts';
import { plannedCandidates, planRun } from '../run/plan.ts';
import { checkDataset } from './dataset-rules.ts';
import { checkSweep } from './sweep-rules.ts';

/** Rules over several keys, which a schema cannot say. Throws the first that is broken. */
export function checkRules(spec: PipelineSpec, written: object, locate: Locate): void {
  const refuse: Refuse = (path, message, remedy) => {
    throw new TunegateError('bad_spec', message, { where: locate(path), remedy });
  };
  checkCredentials(written, locate);
  checkTask(spec, refuse);
  checkDataset(spec, refuse);
  checkSplit(spec, written, refuse);
  checkSweep(spec, refuse);
  checkCandidates(spec, refuse);
  checkGate(spec, refuse);
}

function checkTask(spec: PipelineSpec, refuse: Refuse): void {
  const { task, dataset, synthesis } = spec;
  if (task.type === 'classification' && task.labels !== 'auto') {
    const twice = firstRepeated(task.labels.map((label) => label.trim().normalize('NFC')));
    if (twice !== null) refuse(['task', 'labels', twice.index], `the label '${twice.value}' is listed twice`, 'list each label once');
  }
  if (task.type === 'classification' && task.outOfScope !== undefined && task.labels !== 'auto' && !task.labels.includes(task.outOfScope))
    refuse(['task', 'outOfScope'], `'${task.outOfScope}' is none of the labels`, 'list it under task.labels, or name one that is');
  if (task.type === 'extraction' && typeof task.schema === 'object') {
    const fault = schemaFault(task.schema);
    if (fault !== null) refuse(['task', 'schema'], `this is no JSON schema: ${fault}`, 'correct it; draft 7 and 2020-12 are read');
  }
  if (task.type !== 'classification' && dataset.weights === 'balanced') {
    refuse(['dataset', 'weights'], `weights: balanced needs classes, and the task is ${task.type}`, 'remove weights, or set it to none');
  }
  if (task.type !== 'classification' && (dataset.sampling ?? 'none') !== 'none') {
    refuse(['dataset', 'sampling'], `sampling needs classes, and the task is ${task.type}`, 'remove sampling');
  }
  if (dataset.weights === 'balanced' && (dataset.sampling ?? 'none') !== 'none') {
    refuse(['dataset', 'sampling'], 'weights: balanced and sampling both balance the labels', 'keep one of them');
  }
  if (synthesis?.perLabel !== undefined && task.type !== 'classification') {
    refuse(['synthesis', 'perLabel'], `perLabel needs labels, and the task is ${task.type}`, 'use synthesis.total');
  }
  if (synthesis?.perLabel !== undefined && synthesis.total !== undefined) {
    refuse(['synthesis', 'perLabel'], 'synthesis has both total and perLabel', 'keep one of them');
  }
}

function checkSplit(spec: PipelineSpec, written: object, refuse: Refuse): void {
  const { split, test } = spec.dataset;
  if (split.train === 0) refuse(['dataset', 'split', 'train'], 'no rows are left for training', 'give train a share above 0');
  if (test === undefined && split.test === 0) {
    refuse(
      ['dataset', 'split', 'test'],
      'there is no test set: split.test is 0 and there is no test file',
      'give split.test a share above 0, or name a file in dataset.test',
    );
  }
  if (test !== undefined && split.test > 0 && wrote(at(at(written, 'dataset'), 'split'), 'test')) {
    refuse(['dataset', 'split', 'test'], 'both a test file and a share for the test set are given', 'remove dataset.test, or set split.test to 0');
  }
}

function checkCandidates(spec: PipelineSpec, refuse: Refuse): void {
  const { untuned, tuned } = spec.candidates;
  const kinds = untuned.map((arm) => (typeof arm === 'string' ? arm : (arm.kind ?? 'few-shot')));
  if (untuned.length + tuned.length === 0) refuse(['candidates'], 'there is no candidate', 'list at least one under untuned or tuned');
  for (const [i, kind] of kinds.entries()) {
    if (kind === 'rag' && spec.knowledge === undefined)
      refuse(['candidates', 'untuned', i], 'rag needs documents to retrieve from', 'add knowledge.documents, or remove rag');
    if ((kind === 'classical' || kind === 'embedding') && spec.task.type !== 'classification') {
      refuse(['candidates', 'untuned', i], `${kind} answers with a label, and the task is ${spec.task.type}`, `remove ${kind}`);
    }
  }
  const twice = firstRepeated(untuned.map((arm) => JSON.stringify(arm)));
  if (twice !== null) refuse(['candidates', 'untuned', twice.index], `the candidate ${twice.value} is listed twice`, 'list each candidate once');
  const names = planRun(spec).untuned.map(({ name }) => name);
  const sameUntuned = firstRepeated(names);
  if (sameUntuned !== null)
    refuse(['candidates', 'untuned', sameUntuned.index], `two untuned candidates are called '${sameUntuned.value}'`, 'give one of them a name');
  const alsoTuned = plannedCandidates(fillDefaults(spec)).find(({ name }) => names.includes(name));
  if (alsoTuned)
    refuse(
      ['candidates', 'untuned', names.indexOf(alsoTuned.name), 'name'],
      `a tuned candidate is called '${alsoTuned.name}' too`,
      'choose another name',
    );
  const sameName = firstRepeated(tuned.map((candidate, i) => candidate.name ?? `\0${i}`));
  if (sameName !== null)
    refuse(['candidates', 'tuned', sameName.index, 'name'], `two candidates are named '${sameName.value}'`, 'give each its own name');
  for (const [i, candidate] of tuned.entries()) {
    if (candidate.rag && spec.knowledge === undefined)
      refuse(['candidates', 'tuned', i, 'rag'], 'rag needs documents to retrieve from', 'add knowledge.documents, or set rag to false');
    if (kinds.some((kind) => kind === candidate.name)) {
      refuse(['candidates', 'tuned', i, 'name'], `'${String(candidate.name)}' is the name of an untuned candidate`, 'choose another name');
    }
  }
}

const gateMetrics = {
  classification: [
    'accuracy',
    'f1_macro',
    'f1_micro',
    'f1_weighted',
    'precision_macro',
    'precision_micro',
    'precision_weighted',
    'recall_macro',
    'recall_micro',
    'recall_weighted',
  ],
  extraction: ['field_f1', 'exact_match', 'valid'],
  generation: ['judge', 'preference', 'similarity', 'exact_match', 'token_f1', 'rouge_l'],
} as const satisfies Record<PipelineSpec['task']['type'], readonly string[]>;

function checkGate(spec: PipelineSpec, refuse: Refuse): void {
  const { metric, maximumRegression } = spec.gate;
  const known: readonly string[] = gateMetrics[spec.task.type];
  if (metric !== undefined && !known.includes(metric)) {
    const near = nearest(metric, known);
    refuse(
      ['gate', 'metric'],
      `'${metric}' is not a metric of ${spec.task.type}`,
      near === null ? `use one of: ${known.join(', ')}` : `did you mean '${near}'?`,
    );
  }
  if ((metric === 'judge' || metric === 'preference') && spec.evaluation.judge === undefined)
    refuse(['gate', 'metric'], `the metric ${metric} needs a judge`, 'add evaluation.judge.model');
  const plan = planRun(spec);
  const judged = [...plan.untuned, ...plan.tuned].find(({ base }) => isSameModel(modelOf(spec.evaluation.judge?.model ?? '').model, base));
  if (spec.evaluation.judge && judged)
    refuse(
      ['evaluation', 'judge', 'model'],
      `the judge would grade itself: it is the model behind the candidate ${judged.name}`,
      'name a model that is no candidate: a model prefers its own answers',
    );
  for (const suite of Object.keys(maximumRegression)) {
    if (Object.hasOwn(spec.evaluation.suites, suite)) continue;
    refuse(
      ['gate', 'maximumRegression', suite],
      `there is no suite '${suite}'`,
      `add it to evaluation.suites, or use one of: ${Object.keys(spec.evaluation.suites).join(', ') || 'none'}`,
    );
  }
}

function firstRepeated(values: readonly string[]): { readonly value: string; readonly index: number } | null {
  const index = values.findIndex((value, i) => values.indexOf(value) < i);
  const value = values[index];
  return value === undefined ? null : { value, index };
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function wrote(block: unknown, key: string): boolean {
  return at(block, key) !== undefined;
}
