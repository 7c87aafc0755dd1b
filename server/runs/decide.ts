import type { ApprovalRequest } from '../../contracts/api.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { ApprovalMessage, ApprovalReceipt } from '../../contracts/messages.ts';
import { messages } from '../../contracts/names.ts';
import { hasIdentities } from '../../db/queries/keys.ts';
import type { RunRow } from '../../db/queries/runs.ts';
import { signApproval } from '../../domain/approval/token.ts';
import type { Services } from '../services.ts';
import { readStatus } from './read-status.ts';
import { sendMessage } from './send-message.ts';

const tokenLifeMs = 10 * 60_000;

/**
 * Sends an approval or a rejection to the run. Once identities are configured it carries a token, signed with the sender's key
 * and bound to this decision and its evidence.
 */
export async function decide(
  services: Services,
  row: RunRow,
  request: ApprovalRequest,
  sender: { bearer: string; requestId: string },
): Promise<ApprovalReceipt> {
  const { decision, state, outcome } = await readStatus(services, row);
  if (!decision) throw notWaiting(row.id, state, outcome);
  const isSigned = services.settings.hasJwtIssuer || (await hasIdentities(services.db));
  const signed = isSigned
    ? signApproval(sender.bearer, { decisionId: decision.id, evidence: decision.evidence, expiresAtMs: Date.now() + tokenLifeMs })
    : null;
  const message: ApprovalMessage = {
    decisionId: decision.id,
    verdict: request.decision,
    by: request.by,
    comment: request.comment,
    token: request.token ?? signed,
    artifact: request.artifact ?? decision.artifact,
    acknowledge: request.acknowledge,
    messageId: sender.requestId,
  };
  const name = request.decision === 'approve' ? messages.approve : messages.reject;
  const receipt = await sendMessage<ApprovalReceipt>(services, { workflow: row.id, name, argument: message, updateId: sender.requestId });
  services.log.info({ run: row.id, verdict: request.decision, by: request.by, counted: receipt.counted }, 'decision received');
  if (!receipt.counted) {
    const isStale = request.artifact !== null && request.artifact !== decision.artifact;
    throw new TunegateError(isStale ? 'stale_approval' : 'conflict', receipt.refusedBecause ?? 'the decision did not count', {
      where: row.id,
      remedy: 'see what waits: tunegate status',
    });
  }
  return receipt;
}

function notWaiting(run: string, state: string, outcome: string | null): TunegateError {
  return state === 'ended'
    ? new TunegateError('conflict', `the run has ended: ${outcome}`, {
        where: run,
        remedy: 'nothing waits for a decision here; a new run asks again',
      })
    : new TunegateError('conflict', 'the run does not wait for a decision yet', { where: run, remedy: 'wait until it asks: tunegate watch' });
}
