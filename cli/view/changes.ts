/** What changed between two looks at a run, one line per change: the view for pipes and logs. */
import type { PartProgress, RunStatus, StageProgress } from '../../contracts/api.ts';
import { duration } from '../console/text.ts';
import { armLines } from './arms.ts';
import { confusionLines } from './confusions.ts';
import { datasetLines } from './dataset.ts';
import { decisionLines } from './decision.ts';
import { fieldLines } from './fields.ts';
import type { Frame, Section } from './frame.ts';
import { gateLines } from './gate.ts';
import { outcomeLines } from './outcome.ts';
import { troubleLines } from './troubles.ts';
import { elapsedSeconds } from './stages.ts';

const step = 0.1;

/** @param before the status drawn last, or null at the beginning */
export function changeLines(before: RunStatus | null, after: RunStatus, frame: Frame): string[] {
  const lines = before === null ? [`run ${after.run}`] : [];
  for (const stage of after.stages) {
    const old = before?.stages.find((s) => s.stage === stage.stage) ?? null;
    lines.push(...startLines(old, stage, after), ...progressLines(old, stage), ...endLines(old, stage, frame));
  }
  if (before !== null && before.state !== after.state && (after.state === 'paused' || before.state === 'paused'))
    lines.push(after.state === 'paused' ? 'paused' : 'resumed');
  lines.push(...troubleLines(after, frame).filter((line) => before === null || !troubleLines(before, frame).includes(line)));
  const isEvaluated = hasEnded(after, 'evaluation') || after.document.gate !== null;
  const wasEvaluated = before !== null && (hasEnded(before, 'evaluation') || before.document.gate !== null);
  const sections: [Section, boolean][] = [
    [datasetLines, before?.document.dataset == null && after.document.dataset !== null],
    [armLines, isEvaluated && !wasEvaluated],
    [confusionLines, isEvaluated && !wasEvaluated],
    [fieldLines, isEvaluated && !wasEvaluated],
    [gateLines, before?.document.gate == null],
    [decisionLines, after.decision !== null && (before?.decision ?? null) === null],
    [outcomeLines, before?.outcome == null],
  ];
  return [...lines, ...sections.flatMap(([section, isNew]) => (isNew ? section(after, frame) : []))];
}

const hasEnded = (status: RunStatus, name: string): boolean => status.stages.some((s) => s.stage === name && s.status === 'done');

const startLines = (old: StageProgress | null, now: StageProgress, status: RunStatus): string[] =>
  now.startedAt !== null && (old?.startedAt ?? null) === null && now.status !== 'skipped'
    ? [`${now.stage}: started ${duration(Math.max(0, (Date.parse(now.startedAt) - Date.parse(status.createdAt)) / 1000))} into the run`]
    : [];

const endLines = (old: StageProgress | null, now: StageProgress, { now: at }: Frame): string[] =>
  (now.status === 'done' || now.status === 'failed') && old?.status !== now.status
    ? [`${now.stage}: ${now.status} after ${duration(elapsedSeconds(now, at) ?? 0)}`]
    : [];

/** Each tenth of a part once, however many were passed since the last look. */
function progressLines(old: StageProgress | null, now: StageProgress): string[] {
  return now.parts.flatMap((part) => {
    const before = tenth(old?.parts.find((p) => p.name === part.name));
    const reached = tenth(part);
    if (reached <= before || part.total === 0) return [];
    return [`${now.stage}: ${part.name} ${reached * 10} % (${part.done}/${part.total} ${part.unit})${part.detail ? ` ${part.detail}` : ''}`];
  });
}

const tenth = (part: PartProgress | undefined): number =>
  part === undefined || part.total === 0 ? 0 : Math.floor(part.done / part.total / step + 1e-9);
