import type { GateResult } from './gate-input.ts';

/** What a policy of the installation says of a gated candidate. `acknowledge`: the approver must accept the reason by the policy's name. */
export interface PolicyVerdict {
  readonly verdict: 'pass' | 'reject' | 'acknowledge';
  readonly reason?: string;
}
/** What a policy is shown: the gate's document, and all that it was decided from. */
export type PolicyInput = Pick<GateResult, 'document' | 'evidence'> & { readonly run: string; readonly endpoint: string };
export type Policy = (input: PolicyInput) => PolicyVerdict | Promise<PolicyVerdict>;

/** A policy as it was run: `sha256` is that of its file, so that the record says which text decided. `error` where it failed. */
export interface PolicyEvidence {
  readonly name: string;
  readonly sha256: string;
  readonly verdict: PolicyVerdict['verdict'] | 'failed';
  readonly reason: string | null;
}

/** Policies can only take away: one that rejects rejects, one that fails leaves the gate closed, and none promotes. */
export function applyPolicies(result: GateResult, policies: readonly PolicyEvidence[]): GateResult {
  if (policies.length === 0) return result;
  const { document, evidence, acknowledge } = result;
  const failed = policies.filter(({ verdict }) => verdict === 'failed');
  const isRejected = policies.some(({ verdict }) => verdict === 'reject');
  const isClosed = failed.length > 0 && document.decision === 'promote';
  return {
    ...result,
    document: {
      ...document,
      decision: isRejected ? 'reject' : isClosed ? 'inconclusive' : document.decision,
      reasons: [...document.reasons, ...policies.filter(({ verdict }) => verdict !== 'pass').map(sentence)],
    },
    evidence: { ...evidence, policies, closedBecause: [...evidence.closedBecause, ...failed.map(sentence)] },
    acknowledge: [...acknowledge, ...policies.filter(({ verdict }) => verdict === 'acknowledge').map(({ name }) => `policy ${name}`)],
  };
}

function sentence({ name, verdict, reason }: PolicyEvidence): string {
  const why = reason ? `: ${reason.replace(/\.$/, '')}` : '';
  switch (verdict) {
    case 'reject':
      return `The policy ${name} of this installation rejects the candidate${why}.`;
    case 'acknowledge':
      return `The policy ${name} of this installation asks the approver to accept by name${why}.`;
    case 'failed':
      return `The policy ${name} of this installation could not be run${why}. The gate stays closed until it can.`;
    case 'pass':
      return `The policy ${name} of this installation passes the candidate${why}.`;
  }
}
