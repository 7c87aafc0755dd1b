/**
 * Approvals as a pure state machine. Updates and signals of every door end here, keyed by decision id,
 * so that a message means the same however it came and however often.
 */
import type { ApprovalMessage } from '../../contracts/messages.ts';
import { nulFault } from './nul-fault.ts';

export interface OpenDecision {
  readonly id: string;
  readonly artifact: string;
  readonly evidence: string;
  /** How many different people must approve. */
  readonly required: number;
  /** Warnings that each approver must name. */
  readonly acknowledge: readonly string[];
}

export interface ApprovalState {
  readonly decision: OpenDecision | null;
  readonly closed: 'approved' | 'rejected' | 'expired' | null;
  /** As they named themselves. */
  readonly approvers: readonly string[];
  /** The same people by the name that their proof gives first: whoever has several names is one person. */
  readonly persons: readonly string[];
  readonly rejectedBy: string | null;
  /** Message ids that have counted or been refused for good. */
  readonly seen: readonly string[];
}

export const noDecision: ApprovalState = { decision: null, closed: null, approvers: [], persons: [], rejectedBy: null, seen: [] };

export const ask = (decision: OpenDecision): ApprovalState => ({ ...noDecision, decision });

export const expire = (state: ApprovalState): ApprovalState => (state.closed ? state : { ...state, closed: 'expired' });

/**
 * Why a message cannot count now, in words for the person who sent it; `null` when it can.
 * @param person who sent it, once that was verified
 */
export function refusal(state: ApprovalState, message: ApprovalMessage, person = message.by): string | null {
  if (!state.decision) return 'no decision waits for approval yet; the run asks when its evidence is complete';
  if (message.decisionId !== state.decision.id) return `this run waits for decision ${state.decision.id}, not ${message.decisionId}`;
  if (state.seen.includes(message.messageId)) return 'this message was received before';
  if (state.closed) return `the decision is already ${state.closed}`;
  if (message.verdict === 'reject') return null;
  if (message.artifact === null) return 'an approval must name the artifact that was evaluated';
  if (message.artifact !== state.decision.artifact)
    return `the approval names artifact ${message.artifact}, but ${state.decision.artifact} was evaluated: it is stale`;
  if (state.persons.includes(person)) return `${message.by} has approved already; another person must`;
  const missing = state.decision.acknowledge.filter((warning) => !message.acknowledge.includes(warning));
  if (missing.length > 0) return `these warnings must be acknowledged by name: ${missing.join(', ')}`;
  return null;
}

/** Takes a message whose sender has been verified. Call `refusal` again first: the world may have moved while it was verified. */
export function count(state: ApprovalState, message: ApprovalMessage, person = message.by): ApprovalState {
  const seen = [...state.seen, message.messageId];
  if (message.verdict === 'reject') return { ...state, seen, closed: 'rejected', rejectedBy: message.by };
  const approvers = [...state.approvers, message.by];
  const isApproved = approvers.length >= (state.decision?.required ?? 1);
  return { ...state, seen, approvers, persons: [...state.persons, person], closed: isApproved ? 'approved' : null };
}

/** Approvals still missing. */
export const remaining = (state: ApprovalState): number => Math.max(0, (state.decision?.required ?? 1) - state.approvers.length);

/** Shape check for update validators: hand-written, since workflow code carries no schema library. Returns what is wrong, or `null`. */
export function malformed(message: unknown): string | null {
  if (typeof message !== 'object' || message === null) return 'the message must be an object';
  const m = message as Record<string, unknown>;
  for (const field of ['decisionId', 'by', 'messageId']) {
    if (typeof m[field] !== 'string' || m[field] === '') return `'${field}' must be a non-empty string`;
  }
  if (m.verdict !== 'approve' && m.verdict !== 'reject') return "'verdict' must be 'approve' or 'reject'";
  for (const field of ['comment', 'artifact', 'token']) {
    if (m[field] !== null && m[field] !== undefined && typeof m[field] !== 'string') return `'${field}' must be a string or null`;
  }
  if (!Array.isArray(m.acknowledge) || m.acknowledge.some((a) => typeof a !== 'string')) return "'acknowledge' must be a list of strings";
  if (JSON.stringify(message).length > 16_384) return 'the message is longer than 16 KiB';
  return nulFault(message);
}
