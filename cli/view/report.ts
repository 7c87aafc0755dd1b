import type { RunStatus } from '../../contracts/api.ts';
import { duration, padEnd, padStart } from '../console/text.ts';
import { dollars } from '../../domain/report/wording.ts';
import { usdRange } from './estimate.ts';
import { type Frame, heading } from './frame.ts';
import { runLines } from './run-view.ts';

const kinds = ['dataset', 'synthesis', 'training', 'evaluation', 'waiting', 'orchestration'] as const;

/** The view of a run, and where its time and money went. */
export function reportLines(status: RunStatus, frame: Frame): string[] {
  const { seconds, jobs, dataset, spend } = status.document;
  const { style } = frame;
  const expected = status.estimate && status.estimate.high > 0 ? `, ${usdRange(status.estimate)} expected` : '';
  const times = kinds.filter((k) => seconds[k] >= 0.05).map((k) => `   ${padEnd(k, 14)}${padStart(duration(seconds[k]), 10)}`);
  const lineage = [
    ...(dataset ? [`   dataset   ${style.dim(dataset.hash)}`] : []),
    ...jobs.map(
      (j) =>
        `   job       ${style.dim(`${j.id ?? j.key} · ${j.provider} · ${j.status}${j.trainedTokens === null ? '' : ` · ${j.trainedTokens.toLocaleString('en-US')} tokens`}`)}`,
    ),
    ...(status.document.approval ? [`   approved  ${style.dim(`${status.document.approval.artifact} by ${status.document.approval.by}`)}`] : []),
  ];
  return [
    ...runLines(status, frame),
    '',
    heading('Time', `${duration(seconds.total)} in all · ${dollars(spend.usd)} spent${expected}`, frame),
    ...times,
    ...(lineage.length > 0 ? ['', heading('Lineage', '', frame), ...lineage] : []),
  ];
}
