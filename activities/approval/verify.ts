import type { ApprovalMessage } from '../../contracts/messages.ts';
import { findKeyById } from '../../db/queries/keys.ts';
import { runById } from '../../db/queries/run-end.ts';
import { keyIdOfToken, tokenFault } from '../../domain/approval/token.ts';
import type { ActivityDeps } from '../deps.ts';
import { loadRun } from '../run/spec.ts';
import { isJwt } from './jwt.ts';

export interface VerifyInput {
  readonly run: string;
  readonly message: ApprovalMessage;
  readonly evidence: string;
  readonly escalatedTo: readonly string[];
}
export interface Verified {
  readonly verified: boolean;
  readonly refusedBecause: string | null;
  /** Who it is by the proof, whichever of the person's names the message uses. */
  readonly person?: string;
}

interface Person {
  /** Names that the proof gives; the message must use one of them. */
  readonly names: readonly string[];
  readonly roles: readonly string[];
  readonly proof: string;
}

const refuse = (refusedBecause: string): Verified => ({ verified: false, refusedBecause });

/** Who sent a message, and whether that person may decide. An unproved approval counts only while no identities are configured, and the record says so. */
export async function verifyMessage(deps: ActivityDeps, { run, message, evidence, escalatedTo }: VerifyInput): Promise<Verified> {
  const hasIdentities = await deps.environment.hasIdentities();
  if (!hasIdentities) return { verified: false, refusedBecause: null };
  if (!message.token) return refuse('identities are configured: the approval needs a token, signed by an API key or by the JWT issuer');
  const person = isJwt(message.token) ? await byJwt(deps, message, evidence) : await byKey(deps, message, evidence);
  if ('fault' in person) return refuse(person.fault);
  if (!person.names.includes(message.by)) return refuse(`the ${person.proof} belongs to ${person.names[0]}, not to ${message.by}`);
  const { spec } = await loadRun(deps, run);
  const allowed = [...spec.approval.roles, ...escalatedTo];
  if (!person.roles.some((role) => allowed.includes(role)))
    return refuse(`${person.proof} ${person.names[0]} has none of the roles ${allowed.join(', ')}`);
  // Whoever asked for a run may stop it, but needs somebody else to let it pass.
  const { requestedBy } = await runById(deps.db, run);
  const isOwn = requestedBy !== null && person.names.includes(requestedBy);
  if (message.verdict === 'approve' && isOwn && !(spec.approval.selfApproval ?? false))
    return refuse(`${message.by} asked for this run, so another person must approve it (approval.selfApproval)`);
  return { verified: true, refusedBecause: null, ...(person.names[0] === undefined ? {} : { person: person.names[0] }) };
}

async function byKey(deps: ActivityDeps, message: ApprovalMessage, evidence: string): Promise<Person | { fault: string }> {
  const token = message.token as string;
  const id = keyIdOfToken(token);
  const key = id ? await findKeyById(deps.db, id) : null;
  if (!key) return { fault: 'the token names no API key that is in force' };
  const fault = tokenFault(token, key.hash, { decisionId: message.decisionId, evidence }, Date.now());
  return fault ? { fault } : { names: [key.name], roles: key.roles, proof: 'key' };
}

async function byJwt(deps: ActivityDeps, message: ApprovalMessage, evidence: string): Promise<Person | { fault: string }> {
  const { verifyJwt } = deps.environment;
  if (!verifyJwt) return { fault: 'the approval token is a JWT, and no issuer is configured (TUNEGATE_JWT_ISSUER)' };
  const claims = await verifyJwt(message.token as string);
  if ('fault' in claims) return claims;
  const isBound = claims.decisionId === message.decisionId && claims.evidence === evidence;
  return isBound ? { ...claims, proof: 'token' } : { fault: 'the approval token was not made for this decision and evidence' };
}
