/** The filters after generation, in their order, over what the teacher has written. */
import type { Row } from '../../contracts/rows.ts';
import type { TaskShape } from '../../contracts/artifact.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { promptVersion, type Candidate, type WrittenCandidate } from '../../domain/synthesis/candidate.ts';
import type { LabelledVector, Labelling } from '../../domain/synthesis/label-by-neighbours.ts';
import { type Drop, readCandidate } from '../../domain/synthesis/read-candidate.ts';
import type { AnswerVerdict } from '../../domain/synthesis/judge-answers.ts';
import { overQuota } from '../../domain/synthesis/quotas.ts';
import { type ExistingRows, removeKnown } from '../../domain/synthesis/remove-known.ts';
import type { ActivityDeps } from '../deps.ts';
import { checkAnswers } from './answer-check.ts';
import { labelCandidates } from './label.ts';

/** A label found by others for a row that has none needs a clear majority. */
const clearShare = 0.5;

export interface Judged {
  readonly written: WrittenCandidate;
  readonly scores: Readonly<Record<string, number>> | null;
  readonly candidate: Candidate | null;
  readonly row: Row | null;
  readonly labelling: Labelling | null;
  readonly drop: Drop | null;
}

interface Judging {
  readonly run: string;
  readonly key: string;
  readonly spec: PipelineSpec;
  readonly task: TaskShape;
  readonly existing: ExistingRows;
  readonly training: readonly LabelledVector[];
  readonly signal: AbortSignal;
}

export async function judgeCandidates(deps: ActivityDeps, written: readonly WrittenCandidate[], by: Judging): Promise<Judged[]> {
  const read = written.map((w) => ({ written: w, ...readCandidate(w, by.task.type) }));
  const readable = read.flatMap(({ candidate }) => (candidate ? [candidate] : []));
  const labellings =
    by.task.type === 'classification'
      ? await labelCandidates(deps, readable, {
          run: by.run,
          judge: by.spec.synthesis?.judge,
          task: by.task,
          training: by.training,
          signal: by.signal,
        })
      : [];
  const answered: Map<Candidate, AnswerVerdict> =
    by.task.type === 'generation' ? await checkAnswers(deps, readable, { ...by, judge: by.spec.synthesis?.judge }) : new Map();
  const labelled = read.map(({ written: w, candidate, drop }): Judged => {
    if (!candidate) return { written: w, candidate, row: null, labelling: null, scores: null, drop };
    if (by.task.type !== 'classification') {
      const verdict = answered.get(candidate) ?? null;
      const unanswerable = verdict?.drop ?? null;
      const row = unanswerable ? null : rowOf(by, candidate, candidate.output ?? '');
      return { written: w, candidate, row, labelling: null, scores: verdict?.scores ?? null, drop: unanswerable };
    }
    const labelling = labellings[readable.indexOf(candidate)] ?? null;
    const wrong = labelFault(candidate, labelling);
    const scores = labelling ? { labelShare: labelling.share } : null;
    return { written: w, candidate, labelling, scores, row: wrong ? null : rowOf(by, candidate, labelling?.label ?? ''), drop: wrong };
  });
  const standing = labelled.flatMap(({ row }) => (row ? [row] : []));
  const known = removeKnown(standing, by.existing, { task: by.task.type, nearDuplicate: by.spec.dataset.nearDuplicate });
  const verdicts = withQuotas(standing, known, by);
  const fates = new Map(standing.map((row, i) => [row.id, verdicts[i] ?? null]));
  return labelled.map((judged) => {
    const drop = judged.row ? (fates.get(judged.row.id) ?? null) : judged.drop;
    return { ...judged, drop, row: drop ? null : judged.row };
  });
}

/** Quotas count rows that stand so far, so that what is dropped anyway takes nobody's place. */
function withQuotas(rows: readonly Row[], verdicts: readonly (Drop | null)[], { task, spec }: Judging): (Drop | null)[] {
  const standing = rows.filter((_, i) => verdicts[i] === null);
  const over = overQuota(standing, task.type === 'classification', spec.synthesis?.perLabel);
  const fates = new Map(standing.map((row, i) => [row, over[i] ?? null]));
  return rows.map((row, i) => verdicts[i] ?? fates.get(row) ?? null);
}

function labelFault({ request }: Candidate, labelling: Labelling | null): Drop | null {
  if (!labelling) return { filter: 'label', why: 'no labeller could say what it is' };
  if (request.label !== null && request.label !== labelling.label)
    return { filter: 'label', why: `meant as ${request.label}, read as ${labelling.label}` };
  if (request.label === null && labelling.share < clearShare)
    return { filter: 'label', why: `unclear: ${labelling.label} has ${Math.round(labelling.share * 100)} % of the votes` };
  return null;
}

/** Its origin says where each synthetic row comes from; it weighs what real rows of its label weigh. */
function rowOf({ key, spec, existing }: Judging, { request, input, span, rejected }: Candidate, output: string): Row {
  const origin = {
    generator: request.generator,
    teacher: spec.synthesis?.teacher ?? '',
    promptVersion,
    key,
    ...(request.seed ? { seed: request.seed.row } : {}),
    ...(request.source ? { document: request.source.document, passage: request.source.text } : {}),
    ...(span ? { span } : {}),
  };
  return {
    id: `synthetic:${request.ordinal + 1}`,
    file: 'synthetic',
    line: request.ordinal + 1,
    input,
    output,
    group: request.source?.document ?? request.seed?.group ?? null,
    columns: {},
    origin,
    weight: existing.train.find((row) => row.output === output)?.weight ?? 1,
    ...(rejected === undefined ? {} : { rejected }),
  };
}
