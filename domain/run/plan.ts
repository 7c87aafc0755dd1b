/** From a pipeline file to the arms that a run compares. */
import type { PipelinePlan, TunedPlan, UntunedPlan } from '../../contracts/plan.ts';
import type { PipelineSpec, UntunedSpec } from '../../contracts/pipeline-spec.ts';
import { modelOf } from '../provider-model.ts';
import { planSweep } from '../training/plan-sweep.ts';
import { durationMs } from './duration.ts';
import { planAblation } from './plan-ablation.ts';

/** Untuned arms run on the first tuned candidate's base, so that tuning is compared with what it starts from. */
export function planRun(spec: PipelineSpec): PipelinePlan {
  const first = spec.candidates.tuned[0];
  const base = { provider: first?.provider ?? 'local', base: first?.base ?? 'smollm2-135m-instruct' };
  const tuned = plannedCandidates(spec);
  const sweep = planSweep(spec.candidates.sweep, tuned[0], first?.hyperparameters ?? {});
  const { judge, learningCurve = [] } = spec.evaluation;
  return {
    endpoint: spec.deployment.endpoint,
    untuned: spec.candidates.untuned.map((u) => planUntuned(u, base)),
    // The sweep trains the first candidate, under every setting; its other seeds would only repeat it.
    tuned: sweep ? tuned.filter(({ recipe }) => recipe !== sweep.candidate.recipe) : [...tuned, ...planAblation(spec, tuned[0])],
    ...(sweep ? { sweep } : {}),
    ...(learningCurve.length > 0 ? { learningCurve: learningCurve.toSorted((a, b) => a - b) } : {}),
    ...(judge ? { judgeProvider: modelOf(judge.model).provider } : {}),
    hasKnowledge: spec.knowledge !== undefined,
    hasSynthesis: spec.synthesis !== undefined,
    hasSuites: Object.keys(spec.evaluation.suites).length > 0,
    teacherProvider: spec.synthesis ? (spec.synthesis.teacher.includes('/') ? (spec.synthesis.teacher.split('/')[0] ?? 'local') : 'local') : null,
    budgetTimeoutMs: durationMs(spec.approval.timeout),
    approval: { required: Math.max(1, spec.approval.required), timeoutMs: durationMs(spec.approval.timeout), escalateTo: spec.approval.escalateTo },
    canary: {
      strategy: spec.deployment.strategy,
      share: spec.deployment.canary.share,
      forMs: durationMs(spec.deployment.canary.for),
      maxErrorRate: spec.deployment.canary.maxErrorRate,
    },
  };
}

function planUntuned(untuned: UntunedSpec, base: { provider: string; base: string }): UntunedPlan {
  if (untuned === 'few-shot') return { name: 'few-shot-8', kind: 'few-shot', ...base, examples: 8 };
  if (untuned === 'classical' || untuned === 'embedding') return { name: untuned, kind: untuned, provider: 'local', base: untuned, examples: 0 };
  if (typeof untuned === 'string') return { name: untuned, kind: untuned, ...base, examples: 0 };
  const { 'few-shot': examples = 0, kind = 'few-shot', select = 'balanced', instruction } = untuned;
  const model = { provider: untuned.provider ?? base.provider, base: untuned.base ?? base.base };
  const parts = [
    kind,
    ...(examples > 0 ? [String(examples)] : []),
    ...(select === 'balanced' ? [] : [select]),
    ...(model.base === base.base && model.provider === base.provider ? [] : [shortBase(model.base)]),
  ];
  return {
    name: untuned.name ?? parts.join('-'),
    kind,
    ...model,
    examples,
    ...(select === 'balanced' ? {} : { select }),
    ...(instruction === undefined ? {} : { instruction }),
  };
}

/** One arm per candidate and seed, in the order of the spec, as they are without a sweep; names are unique and say what differs. */
export function plannedCandidates(spec: PipelineSpec): TunedPlan[] {
  const drafts = spec.candidates.tuned.flatMap((t, i) =>
    t.seeds.map((seed) => ({
      recipe: `${i + 1}`,
      plain: t.name ?? `${t.method}-${shortBase(t.base)}${t.rag ? '-rag' : ''}`,
      seed,
      hasSeeds: t.seeds.length > 1,
      spec: t,
    })),
  );
  const used = new Map<string, number>();
  return drafts.map(({ plain, seed, hasSeeds, spec: t, recipe }) => {
    const wanted = hasSeeds ? `${plain}-seed-${seed}` : plain;
    const times = (used.get(wanted) ?? 0) + 1;
    used.set(wanted, times);
    return { name: times === 1 ? wanted : `${wanted}-${times}`, provider: t.provider, base: t.base, method: t.method, seed, rag: t.rag, recipe };
  });
}

/** `HuggingFaceTB/SmolLM2-135M-Instruct` and `smollm2-135m-instruct` both become `smollm2-135m`. */
const shortBase = (base: string) =>
  (base.split('/').at(-1) ?? base)
    .toLowerCase()
    .replace(/-(instruct|chat|it)$/, '')
    .replace(/[^a-z0-9.-]+/g, '-');
