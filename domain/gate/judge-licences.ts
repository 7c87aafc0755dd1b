import type { LicenceTerms, Permission } from '../../contracts/catalogue.ts';
import type { GateResult } from './gate-input.ts';

/** A model whose licence a promotion rests on: the base that is served, or the teacher whose answers it was trained on. */
export interface LicensedModel {
  readonly role: 'base' | 'teacher';
  readonly provider: string;
  readonly base: string;
  /** Null where the catalogue does not know the model. */
  readonly terms: LicenceTerms | null;
  /** Somebody has read the terms and takes them upon themselves: `synthesis.acknowledgeTerms`. */
  readonly isAccepted?: boolean;
}

export interface LicenceEvidence extends LicensedModel {
  /** What the role needs: commercial use of a base, training others with a teacher's answers. */
  readonly needs: 'commercialUse' | 'outputsMayTrainOthers';
  readonly permission: Permission;
  /** `noted`: on conditions that the reason names. `acknowledge`: nobody knows, so that the approver must. `veto`: forbidden. */
  readonly verdict: 'passed' | 'noted' | 'acknowledge' | 'veto';
  readonly reason: string;
}

const verdicts = { yes: 'passed', conditions: 'noted', unknown: 'acknowledge', no: 'veto' } as const satisfies Record<Permission, string>;
const purposes = { commercialUse: 'commercial use', outputsMayTrainOthers: 'training other models with its answers' } as const;

/** What each licence says of what its model is used for. */
export function judgeLicences(models: readonly LicensedModel[]): LicenceEvidence[] {
  return models.map((model) => {
    const needs = model.role === 'base' ? 'commercialUse' : 'outputsMayTrainOthers';
    const permission = model.terms?.[needs] ?? 'unknown';
    const accepted = model.isAccepted && permission !== 'yes';
    const reason = `${sentence(model, purposes[needs], permission)}${accepted ? ' The pipeline file accepts its terms (acknowledgeTerms).' : ''}`;
    return { ...model, needs, permission, verdict: accepted ? 'noted' : verdicts[permission], reason };
  });
}

function sentence({ role, provider, base, terms }: LicensedModel, purpose: string, permission: Permission): string {
  const named = `${role === 'teacher' ? 'the teacher' : 'the base'} ${base} at ${provider}`;
  const under = terms && terms.name !== 'unknown' ? ` (${terms.name}, as of ${terms.asOf})` : '';
  const condition = terms?.note ? `: ${terms.note}` : '';
  switch (permission) {
    case 'yes':
      return `The licence of ${named}${under} allows ${purpose}.`;
    case 'conditions':
      return `The licence of ${named}${under} allows ${purpose} on conditions${condition}.`;
    case 'no':
      return `The licence of ${named}${under} forbids ${purpose}${condition}.`;
    case 'unknown':
      return `Whether the licence of ${named}${under} allows ${purpose} is not known${condition}; prices.yaml can say it (docs/money.md).`;
  }
}

/** The warning that an approver names and accepts. */
export const licenceWarning = ({ base }: LicenceEvidence): string => `licence of ${base}`;

/** The gate's answer with the licences in its evidence: one that forbids rejects, one that nobody knows must be acknowledged by name. */
export function withLicences(result: GateResult, licences: readonly LicenceEvidence[]): GateResult {
  const forbidden = licences.filter((l) => l.verdict === 'veto');
  const told = licences.filter((l) => l.verdict !== 'passed').map((l) => l.reason);
  const { document, evidence, acknowledge } = result;
  return {
    ...result,
    document: { ...document, decision: forbidden.length > 0 ? 'reject' : document.decision, reasons: [...document.reasons, ...told] },
    evidence: { ...evidence, licences },
    acknowledge: [...acknowledge, ...licences.filter((l) => l.verdict === 'acknowledge').map(licenceWarning)],
  };
}
