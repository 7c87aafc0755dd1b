import { expect, test } from 'vitest';
import type { LicenceTerms } from '../../../contracts/catalogue.ts';
import type { GateResult } from '../../../domain/gate/gate-input.ts';
import { judgeLicences, type LicensedModel, withLicences } from '../../../domain/gate/judge-licences.ts';

const terms = (change: Partial<LicenceTerms>): LicenceTerms => ({
  name: 'House licence',
  url: 'https://example.org',
  commercialUse: 'yes',
  outputsMayTrainOthers: 'yes',
  asOf: '2026-11-01',
  ...change,
});
const model = (role: LicensedModel['role'], given: LicenceTerms | null): LicensedModel => ({ role, provider: 'acme', base: 'm1', terms: given });
const promoted: GateResult = {
  document: { decision: 'promote', candidate: 'c', comparisons: [], rowsNeeded: null, reasons: ['Every arm that had to be beaten is beaten.'] },
  evidence: { metric: 'accuracy', n: 100, look: 1, alpha: 0.025, level: 0.95, comparisons: [], suites: [], slices: null, closedBecause: [] },
  acknowledge: ['safety'],
  spendsLook: true,
};
const gated = (...models: LicensedModel[]) => withLicences(promoted, judgeLicences(models));

test('a base is asked for commercial use, a teacher for training others', () => {
  const forbidsTraining = terms({ outputsMayTrainOthers: 'no' });
  expect(gated(model('base', forbidsTraining)).document.decision).toBe('promote');
  const taught = gated(model('teacher', forbidsTraining));
  expect(taught.document.decision).toBe('reject');
  expect(taught.document.reasons.at(-1)).toContain('forbids training other models with its answers');
});

test('a licence that forbids rejects, whatever the numbers say', () => {
  expect(gated(model('base', terms({ commercialUse: 'no' }))).document.decision).toBe('reject');
});

test('conditions are told, and nothing is asked for', () => {
  const { document, acknowledge } = gated(model('base', terms({ commercialUse: 'conditions', note: 'below 700 million users' })));
  expect(document.decision).toBe('promote');
  expect(document.reasons.at(-1)).toContain('below 700 million users');
  expect(acknowledge).toEqual(['safety']);
});

test('a licence that nobody knows is acknowledged by name', () => {
  for (const unknown of [null, terms({ commercialUse: 'unknown' })])
    expect(gated(model('base', unknown)).acknowledge).toEqual(['safety', 'licence of m1']);
});

test("a teacher's terms that the pipeline file accepts are told, and stop nothing", () => {
  const accepted = gated({ ...model('teacher', terms({ outputsMayTrainOthers: 'no' })), isAccepted: true });
  expect(accepted.document.decision).toBe('promote');
  expect(accepted.document.reasons.at(-1)).toContain('acknowledgeTerms');
});

test('what was found stands in the evidence, with its date', () => {
  expect(gated(model('base', terms({}))).evidence.licences).toMatchObject([{ verdict: 'passed', permission: 'yes', terms: { asOf: '2026-11-01' } }]);
});
