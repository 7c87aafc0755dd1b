/** Arms are asked, their answers stored and measured. The same artifact on the same rows is asked once. */
import { Context } from '@temporalio/activity';
import type { Artifact } from '../../contracts/artifact.ts';
import type { Arm, FrozenDataset, UntunedPlan } from '../../contracts/plan.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { saveArm } from '../../db/queries/arms.ts';
import { championOf } from '../../db/queries/endpoints.ts';
import { decodingOf, promptTemplate } from '../../domain/prompt/template.ts';
import { retrievalOf } from '../knowledge/retrieval.ts';
import { loadManifest } from '../dataset/manifest.ts';
import type { ActivityDeps } from '../deps.ts';
import { withMappedErrors } from '../errors.ts';
import { keepBeating, partReporter } from '../progress.ts';
import { loadRun } from '../run/spec.ts';
import { chooseArm } from '../gate/choose.ts';
import { askArm } from './ask.ts';
import { examplesOf } from './examples.ts';
import { askSuite, loadSuites, suiteModels } from './suites.ts';

/** `fresh` where the dataset has such rows. */
export type EvaluatedSplit = 'validation' | 'test' | 'fresh';
export interface EvaluateInput {
  readonly run: string;
  readonly arm: Arm;
  readonly dataset: FrozenDataset;
  readonly split: EvaluatedSplit;
  readonly stage: 'baselines' | 'training' | 'evaluation';
}

export const createEvaluationActivities = (deps: ActivityDeps) =>
  withMappedErrors({
    /** Writes down an arm that needs no training: the base model and how it is asked. */
    async describeUntunedArm(input: { run: string; dataset: FrozenDataset; untuned: UntunedPlan }): Promise<Arm> {
      const stop = keepBeating();
      const { spec } = await loadRun(deps, input.run);
      const { task } = await loadManifest(deps, input.dataset.hash);
      const examples = await examplesOf(deps, input.dataset, task, input.untuned, Context.current().cancellationSignal).finally(stop);
      const retrieval = input.untuned.kind === 'rag' ? retrievalOf(spec, input.dataset) : null;
      const artifact: Artifact = {
        version: 1,
        provider: input.untuned.provider,
        base: input.untuned.base,
        weights: null,
        task,
        prompt: { ...promptTemplate(task, input.untuned.instruction ?? spec.task.instruction, { withPassages: retrieval !== null }), ...examples },
        decoding: decodingOf(task, spec.task),
        retrieval,
      };
      const arm: Arm = { name: input.untuned.name, kind: 'untuned', artifact: await deps.store.putJson(artifact), provider: input.untuned.provider };
      await saveArm(deps.db, input.run, arm, { model: input.untuned.base, jobKey: null });
      return arm;
    },

    /** The endpoint's champion as an arm, so that it answers the same rows; null where there is none yet. */
    async describeChampion(input: { run: string; endpoint: string }): Promise<Arm | null> {
      const champion = await championOf(deps.db, input.endpoint);
      if (!champion) return null;
      const artifact = await deps.store.getJson<Artifact>(champion.artifact as ArtifactRef);
      const arm: Arm = {
        name: 'champion',
        kind: 'champion',
        artifact: champion.artifact as ArtifactRef,
        provider: artifact.provider,
        run: champion.run,
      };
      await saveArm(deps.db, input.run, arm, { model: `${champion.arm} (${artifact.base})`, jobKey: null });
      return arm;
    },

    /** Asks the candidate, and the model that it must not fall behind, every suite of the spec. */
    async evaluateSuites(input: { run: string; dataset: FrozenDataset; tuned: readonly Arm[]; champion: Arm | null }): Promise<void> {
      const stop = keepBeating();
      try {
        const context = await loadRun(deps, input.run);
        const candidate = await chooseArm(deps, input.dataset, input.tuned, context);
        if (candidate === null) return;
        const models = await suiteModels(deps, candidate, input.champion);
        for (const suite of await loadSuites(deps, context, input.dataset)) {
          for (const [name, model] of [
            [candidate.name, models.candidate],
            [models.against, models.target],
          ] as const) {
            if (model === null) continue;
            const reporter = partReporter(deps.db, { run: input.run, stage: 'evaluation', part: `${name} (suite ${suite.name})`, unit: 'rows' });
            await askSuite(deps, input.run, model, suite, reporter.report, Context.current().cancellationSignal);
            await reporter.flush();
          }
        }
      } finally {
        stop();
      }
    },

    async evaluateArm(input: EvaluateInput): Promise<void> {
      const stop = keepBeating();
      const part = input.split === 'test' ? input.arm.name : `${input.arm.name} (${input.split})`;
      const reporter = partReporter(deps.db, { run: input.run, stage: input.stage, part, unit: 'rows' });
      try {
        await askArm(deps, input, reporter.report, Context.current().cancellationSignal);
      } finally {
        stop();
        await reporter.flush();
      }
    },
  });

export type EvaluationActivities = ReturnType<typeof createEvaluationActivities>;
