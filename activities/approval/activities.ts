/** Who may approve, and what was said: identity is checked here, where secrets and clocks are; the workflow only counts. */
import type { DecisionRequest } from '../../contracts/api.ts';
import type { ApprovalMessage } from '../../contracts/messages.ts';
import { audit } from '../../db/queries/audit.ts';
import { saveApproval } from '../../db/queries/decisions.ts';
import { setRunState } from '../../db/queries/run-end.ts';
import type { ActivityDeps } from '../deps.ts';
import { withMappedErrors } from '../errors.ts';
import { type Verified, type VerifyInput, verifyMessage } from './verify.ts';

export const createApprovalActivities = (deps: ActivityDeps) =>
  withMappedErrors({
    verifyApproval: (input: VerifyInput): Promise<Verified> => verifyMessage(deps, input),

    async recordApproval(input: {
      run: string;
      message: ApprovalMessage;
      verified: boolean;
      refusedBecause: string | null;
      artifact: string;
    }): Promise<void> {
      const { run, message, verified, refusedBecause, artifact } = input;
      const { decisionId, verdict, by, comment, messageId } = message;
      await saveApproval(deps.db, {
        run,
        decisionId,
        verdict,
        by,
        comment,
        messageId,
        verified,
        artifact,
        refusedBecause,
        counted: refusedBecause === null,
      });
      await audit(deps.db, {
        actor: by,
        action: refusedBecause ? `${verdict} refused` : verdict,
        subject: run,
        detail: { artifact, verified, refusedBecause, comment },
      });
    },

    /** Tells the outside that a decision waits, is escalated, or is closed. */
    async notifyApprovers(input: { run: string; question: string; decision: DecisionRequest | null; escalatedTo: readonly string[] }): Promise<void> {
      await setRunState(deps.db, input.run, input.decision ? 'waiting-for-approval' : 'running');
      const action = input.decision === null ? 'decision closed' : input.escalatedTo.length > 0 ? 'decision escalated' : 'decision asked';
      await audit(deps.db, {
        actor: 'tunegate',
        action,
        subject: input.run,
        detail: { question: input.question, expiresAt: input.decision?.expiresAt ?? null, escalatedTo: input.escalatedTo },
      });
    },
  });

export type ApprovalActivities = ReturnType<typeof createApprovalActivities>;
