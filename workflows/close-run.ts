import { ActivityFailure, ApplicationFailure, CancelledFailure, ChildWorkflowFailure, isCancellation } from '@temporalio/workflow';
import type { ErrorBody } from '../contracts/errors.ts';
import type { PipelineResult } from '../contracts/messages.ts';
import type { Outcome } from '../contracts/run.ts';
import { enterStage, finishRun } from './proxies.ts';
import type { RunState } from './run-state.ts';
import { takeDownIdle } from './take-down.ts';

export async function closeRun(run: RunState, outcome: Outcome): Promise<PipelineResult> {
  await takeDownIdle(run);
  await enterStage({ run: run.run, leave: run.present(), enter: null, skipped: [] });
  await finishRun({ run: run.run, outcome, error: null, failedStage: null });
  run.outcome = outcome;
  await run.settled();
  return { run: run.run, outcome };
}

/** Records why a run ended early, then lets the workflow end the same way, so that Temporal's own views tell the truth. */
export async function closeRunAfter(run: RunState, error: unknown): Promise<never> {
  const isCancelled = isCancellation(error);
  const outcome: Outcome = isCancelled ? 'cancelled' : 'failed';
  const body = errorBodyOf(error);
  run.decision = null;
  await takeDownIdle(run);
  await finishRun({ run: run.run, outcome, error: isCancelled ? null : body, failedStage: run.present() });
  run.outcome = outcome;
  await run.settled();
  if (isCancelled) throw new CancelledFailure('the run was cancelled');
  throw ApplicationFailure.nonRetryable(body.message, body.code, body);
}

/** The innermost failure carries what happened, where and what to do; the layers around it are Temporal's. */
function errorBodyOf(error: unknown): ErrorBody {
  let inner = error;
  while ((inner instanceof ActivityFailure || inner instanceof ChildWorkflowFailure) && inner.cause) inner = inner.cause;
  if (inner instanceof ApplicationFailure) {
    const body = inner.details?.[0] as ErrorBody | undefined;
    if (body?.code) return body;
  }
  const message = inner instanceof Error ? inner.message : String(inner);
  return { code: 'internal', message, where: null, remedy: "see the worker's log; `tunegate doctor` checks the parts" };
}
