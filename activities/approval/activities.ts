/** Who may approve, and what was said: identity is checked here, where secrets and clocks are; the workflow only counts. */
import type { DecisionRequest } from '../../contracts/api.ts';
import type { ApprovalMessage } from '../../contracts/messages.ts';
import { audit } from '../../db/queries/audit.ts';
import { saveApproval } from '../../db/queries/decisions.ts';
import { findKeyById } from '../../db/queries/keys.ts';
import { setRunState } from '../../db/queries/run-end.ts';
import { keyIdOfToken, tokenFault } from '../../domain/approval/token.ts';
import type { ActivityDeps } from '../deps.ts';
import { withMappedErrors } from '../errors.ts';
import { loadRun } from '../run/spec.ts';

export interface VerifyInput {
  readonly run: string;
  readonly message: ApprovalMessage;
  readonly evidence: string;
  readonly escalatedTo: readonly string[];
}
export interface Verified {
  readonly verified: boolean;
  readonly refusedBecause: string | null;
}

const refuse = (refusedBecause: string): Verified => ({ verified: false, refusedBecause });

export const createApprovalActivities = (deps: ActivityDeps) =>
  withMappedErrors({
    /** An unproved approval counts only while no identities are configured, and the record says so. */
    async verifyApproval({ run, message, evidence, escalatedTo }: VerifyInput): Promise<Verified> {
      const hasIdentities = await deps.environment.hasIdentities();
      if (message.token === null)
        return hasIdentities
          ? refuse('identities are configured: the approval needs a token signed by an API key')
          : { verified: false, refusedBecause: null };
      const id = keyIdOfToken(message.token);
      const key = id ? await findKeyById(deps.db, id) : null;
      if (!key) return refuse('the token names no API key that is in force');
      const fault = tokenFault(message.token, key.hash, { decisionId: message.decisionId, evidence }, Date.now());
      if (fault) return refuse(fault);
      const { spec } = await loadRun(deps, run);
      const allowed = [...spec.approval.roles, ...escalatedTo];
      if (!key.roles.some((role) => allowed.includes(role))) return refuse(`key ${key.name} has none of the roles ${allowed.join(', ')}`);
      if (key.isFirst) return hasIdentities ? { verified: true, refusedBecause: null } : { verified: false, refusedBecause: null };
      if (key.name !== message.by) return refuse(`the key belongs to ${key.name}, not to ${message.by}`);
      return { verified: true, refusedBecause: null };
    },

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
