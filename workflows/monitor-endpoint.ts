import { ParentClosePolicy, setCurrentDetails, startChild } from '@temporalio/workflow';
import type { ScheduledRunInput } from '../contracts/messages.ts';
import { fineTunePipeline } from './fine-tune-pipeline.ts';
import { countNewRows, gradeSample, measureTraffic, openScheduledRun, recordCheck, recordRetraining } from './proxies.ts';
import { attributesOf } from './search-attributes.ts';

/** A schedule's look at a served model. Where something has changed it starts a run, which then goes its own way, through gate and approval. */
export async function monitorEndpoint(input: ScheduledRunInput): Promise<{ run: string | null; reasons: readonly string[] }> {
  const traffic = await measureTraffic(input);
  const agreement = await gradeSample(input);
  const newRows = await countNewRows(input);

  const { start, ...check } = await recordCheck({ ...input, traffic, agreement, newRows });
  setCurrentDetails([...check.reasons, check.heldBack ?? ''].filter(Boolean).join('\n\n') || 'nothing has changed');
  if (!start) return { run: null, reasons: check.reasons };

  const { run, specRef } = await openScheduledRun(input);
  await recordRetraining({ check, run });
  await startChild(fineTunePipeline, {
    workflowId: run,
    args: [{ run, specRef }],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `retraining: ${check.reasons[0] ?? ''}`.slice(0, 200),
    ...attributesOf(run),
  });
  return { run, reasons: check.reasons };
}
