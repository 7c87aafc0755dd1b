/** Asks people and waits: updates and signals, from whatever door, into one reducer. */
import { ApplicationFailure, condition, defineSignal, defineUpdate, patched, setHandler } from '@temporalio/workflow';
import type { ApprovalMessage, ApprovalReceipt } from '../contracts/messages.ts';
import { ids, messages } from '../contracts/names.ts';
import type { GateOutcome, PipelinePlan } from '../contracts/plan.ts';
import { ask, type ApprovalState, count, expire, malformed, noDecision, refusal, remaining } from '../domain/approval/reducer.ts';
import { notifyApprovers, recordApproval, verifyApproval } from './proxies.ts';
import type { RunState } from './run-state.ts';

const approveUpdate = defineUpdate<ApprovalReceipt, [ApprovalMessage]>(messages.approve);
const rejectUpdate = defineUpdate<ApprovalReceipt, [ApprovalMessage]>(messages.reject);
const approveSignal = defineSignal<[ApprovalMessage]>(messages.approve);
const rejectSignal = defineSignal<[ApprovalMessage]>(messages.reject);

export interface ApprovalDesk {
  /** Waits for the people that the policy asks for; escalates once, then gives up. */
  decide(
    offer: NonNullable<GateOutcome['offer']>,
    policy: PipelinePlan['approval'],
  ): Promise<{ verdict: 'approved' | 'rejected' | 'expired'; by: string | null }>;
}

/** Opens the desk at the start of a run, so that a message that comes too early is refused in words and not lost. */
export function openApprovalDesk(run: RunState): ApprovalDesk {
  let state: ApprovalState = noDecision;
  let roles: readonly string[] = [];
  /** Of the messages that counted. */
  const records: Promise<void>[] = [];

  const receive = async (message: ApprovalMessage): Promise<ApprovalReceipt> => {
    let refusedBecause = refusal(state, message);
    let isVerified = false;
    let person = message.by;
    if (!refusedBecause) {
      const checked = await verifyApproval({ run: run.run, message, evidence: state.decision?.evidence ?? '', escalatedTo: roles });
      isVerified = checked.verified;
      person = checked.person ?? person;
      // The world may have moved while the sender was verified: look again before it counts.
      refusedBecause = checked.refusedBecause ?? refusal(state, message, person);
    }
    if (!refusedBecause) {
      state = count(state, message, person);
      run.approvedBy = [...state.approvers];
    }
    const record = recordApproval({
      run: run.run,
      message,
      verified: isVerified,
      refusedBecause,
      artifact: state.decision?.artifact ?? message.artifact ?? 'none',
    });
    if (!refusedBecause) records.push(record);
    await record;
    return { counted: refusedBecause === null, refusedBecause, remaining: remaining(state) };
  };
  const validator = (message: ApprovalMessage) => {
    const fault = malformed(message);
    if (fault) throw ApplicationFailure.nonRetryable(fault, 'bad_message');
  };
  // A signal has nobody to answer to: what cannot be taken is left, and ends no run.
  const receiveSignal = async (message: ApprovalMessage) => {
    if (!malformed(message)) await receive(message).catch(() => undefined);
  };
  setHandler(approveUpdate, receive, { validator });
  setHandler(rejectUpdate, receive, { validator });
  setHandler(approveSignal, receiveSignal);
  setHandler(rejectSignal, receiveSignal);

  return {
    async decide(offer, policy) {
      state = ask({
        id: ids.decision(run.run),
        artifact: offer.artifact,
        evidence: offer.evidence,
        required: policy.required,
        acknowledge: offer.acknowledge,
      });
      const open = (): void => {
        run.decision = {
          id: ids.decision(run.run),
          arm: offer.arm,
          artifact: offer.artifact,
          evidence: offer.evidence,
          question: offer.question,
          expiresAt: new Date(Date.now() + policy.timeoutMs).toISOString(),
          acknowledge: offer.acknowledge,
        };
      };
      open();
      run.show();
      await notifyApprovers({ run: run.run, question: offer.question, decision: run.decision, escalatedTo: [] });
      let isDecided = await condition(() => state.closed !== null, policy.timeoutMs, { summary: 'time to answer' });
      if (!isDecided && policy.escalateTo.length > 0) {
        roles = policy.escalateTo;
        open();
        run.show();
        await notifyApprovers({ run: run.run, question: offer.question, decision: run.decision, escalatedTo: policy.escalateTo });
        isDecided = await condition(() => state.closed !== null, policy.timeoutMs, { summary: 'time to answer' });
      }
      if (!isDecided) state = expire(state);
      // Nothing is done on a word that is not in the record. Runs from before this rule replay without it.
      if (patched('decided-once-recorded')) await Promise.all(records);
      run.decision = null;
      run.show();
      await notifyApprovers({ run: run.run, question: offer.question, decision: null, escalatedTo: roles });
      return { verdict: state.closed ?? 'expired', by: state.closed === 'rejected' ? state.rejectedBy : (state.approvers.at(-1) ?? null) };
    },
  };
}
