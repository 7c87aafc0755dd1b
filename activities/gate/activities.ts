/** The gate: evidence from stored answers, a decision by `domain/gate`, and a record that an approval can bind to. */
import type { Arm, FrozenDataset, GateOutcome, Trials } from '../../contracts/plan.ts';
import { lookOf, metricsBefore, saveDecision, spendAlpha } from '../../db/queries/decisions.ts';
import { decideGate } from '../../domain/gate/decide-gate.ts';
import type { GateArm, GateInput, GateResult } from '../../domain/gate/gate-input.ts';
import { applyPolicies } from '../../domain/gate/apply-policies.ts';
import { licenceWarning, withLicences } from '../../domain/gate/judge-licences.ts';
import { refOf } from '../../domain/hash.ts';
import { loadManifest } from '../dataset/manifest.ts';
import type { ActivityDeps } from '../deps.ts';
import { withMappedErrors } from '../errors.ts';
import { readRows } from '../dataset/rows.ts';
import { keepBeating } from '../progress.ts';
import { loadRun, type RunContext } from '../run/spec.ts';
import { type Judge, judgeOf } from '../evaluation/judge.ts';
import { chooseArm } from './choose.ts';
import { licencesOf } from './licences.ts';
import { runPolicies } from './policies.ts';
import { copiesOfTest, gateArm, groupsOf, isTestChanged, measuredOf, preferredOver, slicesOf, suitesOf } from './evidence.ts';
import { ablationFinding } from './ablation.ts';
import { retrainingOf } from './retraining.ts';

export interface DecideInput {
  readonly run: string;
  readonly endpoint: string;
  readonly dataset: FrozenDataset;
  readonly champion: Arm | null;
  readonly untuned: readonly Arm[];
  readonly tuned: readonly Arm[];
  /** Sweep and learning curve, kept with the evidence. */
  readonly trials?: Trials;
}

const seed = 7;

export const createGateActivities = (deps: ActivityDeps) =>
  withMappedErrors({
    async decideGate(input: DecideInput): Promise<GateOutcome> {
      const stop = keepBeating();
      try {
        const context = await loadRun(deps, input.run);
        const { spec } = context;
        const candidate = await chooseArm(
          deps,
          input.dataset,
          input.tuned.filter((arm) => !arm.isAblation),
          context,
        );
        const bestUntuned = await chooseArm(deps, input.dataset, input.untuned, context);
        const licensed = candidate
          ? withLicences(await gate(deps, input, context, candidate, bestUntuned), await licencesOf(deps, spec, candidate, input.dataset))
          : null;
        const { run, endpoint } = input;
        const gated = licensed && applyPolicies(licensed, await runPolicies(deps.environment.policies ?? null, { run, endpoint, ...licensed }));
        const fallback = input.champion || !bestUntuned ? [] : await licencesOf(deps, spec, bestUntuned, input.dataset);
        const mayFallBack = !input.champion && !fallback.some((licence) => licence.verdict === 'veto');
        const offered = gated?.document.decision === 'promote' ? candidate : mayFallBack ? bestUntuned : null;
        const unknownLicences = fallback.filter((licence) => licence.verdict === 'acknowledge').map(licenceWarning);
        const evidence = await deps.store.putJson({
          run: input.run,
          dataset: input.dataset.hash,
          champion: input.champion,
          candidate,
          bestUntuned,
          offered,
          decision: gated?.document ?? null,
          evidence: gated?.evidence ?? null,
          ...(input.trials ? { trials: input.trials } : {}),
        });
        await saveDecision(deps.db, {
          run: input.run,
          endpoint: input.endpoint,
          testHash: input.dataset.test,
          evidenceRef: evidence,
          document: gated?.document ?? null,
          offeredArm: offered?.name ?? null,
          offeredArtifact: offered?.artifact ?? null,
        });
        const verdict = gated?.document.decision ?? null;
        if (!offered) return { verdict, offer: null };
        return {
          verdict,
          offer: {
            arm: offered.name,
            artifact: offered.artifact,
            evidence,
            acknowledge: offered === candidate ? (gated?.acknowledge ?? []) : unknownLicences,
            question: questionFor(input, offered, verdict),
          },
        };
      } finally {
        stop();
      }
    },
  });

function questionFor(input: DecideInput, offered: Arm, verdict: string | null): string {
  if (verdict === 'promote') return `Deploy ${offered.name} to ${input.endpoint}? The evidence says it is better.`;
  if (verdict === null)
    return `Deploy the untuned arm ${offered.name} to ${input.endpoint}? Nothing was tuned in this run, and the endpoint has no champion yet.`;
  return `Deploy the untuned arm ${offered.name} to ${input.endpoint} instead? Tuning has not proved itself, and the endpoint has no champion yet.`;
}

async function gate(deps: ActivityDeps, input: DecideInput, context: RunContext, candidate: Arm, bestUntuned: Arm | null): Promise<GateResult> {
  const { spec } = context;
  const { task } = await loadManifest(deps, input.dataset.hash);
  const metric = spec.gate.metric ?? 'accuracy';
  const wanted = { champion: input.champion, 'best-untuned': bestUntuned };
  const beaten = spec.gate.beat.flatMap((role) => (wanted[role] ? [{ role, arm: wanted[role] }] : []));
  const judge = await judgeOf(deps, context);
  const targets = await Promise.all(
    beaten.map(async ({ role, arm }) => ({
      role,
      ...(await gateArm(deps, arm, input.dataset.test, metric, judge)),
      ...(await preferredOver(deps, judge, candidate, arm, input.dataset)),
    })),
  );
  const test = await readRows(deps, input.dataset.test);
  const asked = await gateArm(deps, candidate, input.dataset.test, metric, judge);
  const against = beaten.some(({ role }) => role === 'champion') ? input.champion : null;
  const retrained = await retrainingOf(deps, { candidate, champion: against }, input.dataset, test, {
    metric,
    judge,
    margin: spec.gate.retraining.margin,
  });
  const compared = { candidate: candidate.artifact, targets: targets.map((t) => t.artifact) };
  const ledger = { endpoint: input.endpoint, testHash: input.dataset.test, comparison: refOf({ ...compared, test: input.dataset.test }) };
  const ledgers = [
    ledger,
    ...(retrained ? [{ endpoint: input.endpoint, testHash: retrained.ledgerOf, comparison: refOf({ ...compared, fresh: retrained.rows }) }] : []),
  ];
  const judgedOn = input.dataset.fresh ? [...test, ...(await readRows(deps, input.dataset.fresh))] : test;
  const copies = await copiesOfTest(deps, judgedOn, candidate, input.dataset, spec);
  const fixed: Omit<GateInput, 'look'> = {
    metric,
    spec: spec.gate,
    taskType: task.type,
    candidate: asked,
    targets,
    siblings: await siblingsOf(deps, input, candidate, metric, judge),
    labels: task.type === 'classification' ? task.labels : [],
    groups: groupsOf(test),
    retraining: retrained?.retraining ?? null,
    suites: await suitesOf(deps, context, input.dataset, candidate, input.champion),
    slices: slicesOf(test, spec.evaluation.slices),
    metricsBefore: await metricsBefore(deps.db, { ...ledger, run: input.run }),
    measured: await measuredOf(deps, candidate, input.dataset),
    dataset: {
      n: input.dataset.rows.test,
      contaminated: copies.length > 0,
      copies,
      testChanged: isTestChanged(test, input.dataset, [asked, ...targets]),
    },
    seed,
  };
  const shown = await ablationFinding(deps, input.tuned, input.dataset, fixed, judge);
  for (;;) {
    // The more used of the two sets of rows decides how much error is left.
    const looks = await Promise.all(ledgers.map(async (entry) => ({ entry, ...(await lookOf(deps.db, entry)) })));
    const decided = decideGate({ ...fixed, look: Math.max(...looks.map(({ look }) => look)) });
    const result = { ...decided, document: { ...decided.document, reasons: [...decided.document.reasons, ...shown] } };
    const due = looks.filter(({ isSpent }) => !isSpent);
    if (!result.spendsLook) return result;
    const spent = await Promise.all(
      due.map(({ entry, look }) => spendAlpha(deps.db, { ...entry, look, metric, alpha: result.evidence.alpha ?? 0, run: input.run })),
    );
    if (spent.every(Boolean)) return result;
  }
}

/** The candidate's recipe under other seeds; nothing where its results were not asked for with several. */
async function siblingsOf(
  deps: ActivityDeps,
  { tuned, dataset }: DecideInput,
  candidate: Arm,
  metric: string,
  judge: Judge | null,
): Promise<GateArm[]> {
  const others = tuned.filter((arm) => !arm.isAblation && arm.name !== candidate.name && arm.recipe !== undefined && arm.recipe === candidate.recipe);
  return Promise.all(others.map((arm) => gateArm(deps, arm, dataset.test, metric, judge)));
}

export type GateActivities = ReturnType<typeof createGateActivities>;
