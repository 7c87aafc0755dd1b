/** From a pipeline file to the arms that a run compares. */
import type { PipelinePlan, TunedPlan, UntunedPlan } from '../../contracts/plan.ts';
import type { PipelineSpec, UntunedSpec } from '../../contracts/pipeline-spec.ts';
import { durationMs } from './duration.ts';

/** Untuned arms run on the first tuned candidate's base, so that tuning is compared with what it starts from. */
export function planRun(spec: PipelineSpec): PipelinePlan {
  const first = spec.candidates.tuned[0];
  const base = { provider: first?.provider ?? 'local', base: first?.base ?? 'smollm2-135m-instruct' };
  return {
    endpoint: spec.deployment.endpoint,
    untuned: spec.candidates.untuned.map((u) => planUntuned(u, base)),
    tuned: planTuned(spec),
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
  if (typeof untuned === 'object') return { name: `few-shot-${untuned['few-shot']}`, kind: 'few-shot', ...base, examples: untuned['few-shot'] };
  if (untuned === 'few-shot') return { name: 'few-shot-8', kind: 'few-shot', ...base, examples: 8 };
  if (untuned === 'classical' || untuned === 'embedding') return { name: untuned, kind: untuned, provider: 'local', base: untuned, examples: 0 };
  return { name: untuned, kind: untuned, ...base, examples: 0 };
}

/** One arm per candidate and seed; names are unique and say what differs. */
function planTuned(spec: PipelineSpec): TunedPlan[] {
  const drafts = spec.candidates.tuned.flatMap((t) =>
    t.seeds.map((seed) => ({
      plain: t.name ?? `${t.method}-${shortBase(t.base)}${t.rag ? '-rag' : ''}`,
      seed,
      hasSeeds: t.seeds.length > 1,
      spec: t,
    })),
  );
  const used = new Map<string, number>();
  return drafts.map(({ plain, seed, hasSeeds, spec: t }) => {
    const wanted = hasSeeds ? `${plain}-seed-${seed}` : plain;
    const times = (used.get(wanted) ?? 0) + 1;
    used.set(wanted, times);
    return { name: times === 1 ? wanted : `${wanted}-${times}`, provider: t.provider, base: t.base, method: t.method, seed, rag: t.rag };
  });
}

/** `HuggingFaceTB/SmolLM2-135M-Instruct` and `smollm2-135m-instruct` both become `smollm2-135m`. */
const shortBase = (base: string) =>
  (base.split('/').at(-1) ?? base)
    .toLowerCase()
    .replace(/-(instruct|chat|it)$/, '')
    .replace(/[^a-z0-9.-]+/g, '-');
