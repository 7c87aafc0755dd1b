import { CancellationScope } from '@temporalio/workflow';
import type { PipelineInput, PipelineResult } from '../contracts/messages.ts';
import type { Outcome } from '../contracts/run.ts';
import { type ApprovalDesk, openApprovalDesk } from './approval.ts';
import { askBaselines, comparePairs, evaluateOnTest, trainCandidates } from './arms.ts';
import { closeRun, closeRunAfter } from './close-run.ts';
import { deploy } from './deploy.ts';
import { decideGate, describeChampion, evaluation, freezeDataset, indexKnowledge, planPipeline, synthesis } from './proxies.ts';
import { openRunState, type RunState } from './run-state.ts';
import { takeDownIdle } from './take-down.ts';

/** A whole run, from raw files to a served model or to the reason why there is none. */
export async function fineTunePipeline(input: PipelineInput): Promise<PipelineResult> {
  const scope = new CancellationScope();
  const run = openRunState(input.run, () => scope.cancel());
  const desk = openApprovalDesk(run);
  try {
    const outcome = await scope.run(() => pipeline(input, run, desk));
    return await closeRun(run, outcome);
  } catch (error) {
    return await CancellationScope.nonCancellable(() => closeRunAfter(run, error));
  }
}

async function pipeline(input: PipelineInput, run: RunState, desk: ApprovalDesk): Promise<Outcome> {
  const plan = await planPipeline(input);
  run.judgeProvider = plan.judgeProvider ?? null;
  run.purse.timeoutMs = plan.budgetTimeoutMs ?? run.purse.timeoutMs;
  run.dedicated = plan.dedicated ?? [];

  await run.enter('dataset');
  let dataset = await freezeDataset({ run: run.run });
  if (plan.hasKnowledge) dataset = { ...dataset, knowledge: await indexKnowledge({ run: run.run, dataset }) };

  if (plan.hasSynthesis) {
    await run.enter('synthesis');
    const frozen = dataset;
    dataset = await run.purse.within(() => synthesis(plan.teacherProvider ?? 'local').addSyntheticRows({ run: run.run, dataset: frozen }));
  }

  // What tuning must beat, asked first: prompts, examples, and a linear model.
  await run.enter('baselines');
  const champion = await describeChampion({ run: run.run, endpoint: plan.endpoint });
  const untuned = await askBaselines(run, plan.untuned, dataset);

  await run.enter('training');
  const { tuned, trials } = await trainCandidates(run, plan, dataset);
  const candidates = tuned.filter((arm) => !arm.isAblation);

  // Candidate and best untuned arm are chosen on validation rows; every arm answers the test rows once.
  await run.enter('evaluation');
  const isNew = !candidates.some((arm) => arm.artifact === champion?.artifact);
  if (isNew) await evaluateOnTest(run, [...(champion ? [champion] : []), ...untuned, ...tuned], dataset);
  if (isNew && plan.hasSuites && candidates[0]) {
    const { evaluateSuites } = evaluation(candidates[0].provider);
    await run.purse.within(() => evaluateSuites({ run: run.run, dataset, tuned: candidates, champion }));
  }
  if (isNew && run.judgeProvider && candidates[0]) await comparePairs(run, { dataset, champion, untuned, tuned: candidates });
  await takeDownIdle(run);

  await run.enter('gate');
  const { verdict, offer } = await decideGate({
    run: run.run,
    endpoint: plan.endpoint,
    dataset,
    champion,
    untuned,
    tuned,
    ...(trials ? { trials } : {}),
  });
  if (!offer) return verdict === 'inconclusive' ? 'inconclusive' : 'declined';

  await run.enter('approval');
  const approval = await desk.decide(offer, plan.approval);
  if (approval.verdict !== 'approved') return 'rejected';

  await run.enter('deployment');
  const promotion = {
    run: run.run,
    endpoint: plan.endpoint,
    arm: offer.arm,
    artifact: offer.artifact,
    approvedBy: approval.by ?? 'unknown',
    canary: plan.canary,
  };
  await deploy(run, promotion);
  return 'deployed';
}
