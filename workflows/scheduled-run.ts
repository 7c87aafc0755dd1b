import { executeChild, ParentClosePolicy, setCurrentDetails } from '@temporalio/workflow';
import type { PipelineResult, ScheduledRunInput } from '../contracts/messages.ts';
import { fineTunePipeline } from './fine-tune-pipeline.ts';
import { openScheduledRun } from './proxies.ts';
import { attributesOf } from './search-attributes.ts';

/** A schedule's action: opens a run on the current source and stays with it, so that the schedule's overlap policy sees it. */
export async function scheduledRun(input: ScheduledRunInput): Promise<PipelineResult> {
  const { run, specRef } = await openScheduledRun(input);
  setCurrentDetails(`Run \`${run}\``);
  return executeChild(fineTunePipeline, {
    workflowId: run,
    args: [{ run, specRef }],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    staticSummary: `run of schedule ${input.schedule}`,
    ...attributesOf(run),
  });
}
