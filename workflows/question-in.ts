import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/workflow';

/** The question that a step has stopped with, under the layers that are Temporal's; null where it has failed for another reason. */
export function questionIn<Question>(error: unknown, code: string): Question | null {
  let inner = error;
  while ((inner instanceof ActivityFailure || inner instanceof ChildWorkflowFailure) && inner.cause) inner = inner.cause;
  if (!(inner instanceof ApplicationFailure) || inner.type !== code) return null;
  return (inner.details?.[1] as Question | undefined) ?? null;
}
