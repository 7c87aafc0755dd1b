/** The judge's work: grades of every arm's answers, and preferences between the candidate's answers and those that it must beat. */
import { Context } from '@temporalio/activity';
import type { Arm, FrozenDataset } from '../../contracts/plan.ts';
import { saveJudgement } from '../../db/queries/judge.ts';
import { readRows } from '../dataset/rows.ts';
import type { ActivityDeps } from '../deps.ts';
import { withMappedErrors } from '../errors.ts';
import { keepBeating, partReporter } from '../progress.ts';
import { chooseArm } from '../gate/choose.ts';
import { loadRun } from '../run/spec.ts';
import type { EvaluateInput } from './activities.ts';
import { gradeArm, judgeOf } from './judge.ts';
import { compareAnswers } from './preferences.ts';

export interface ComparePairsInput {
  readonly run: string;
  readonly dataset: FrozenDataset;
  readonly champion: Arm | null;
  readonly untuned: readonly Arm[];
  readonly tuned: readonly Arm[];
}

/** Metrics that the judge gives; only these make validation rows worth grading, where arms are chosen. */
const judgedMetrics: readonly string[] = ['judge', 'preference'];

export const createJudgeActivities = (deps: ActivityDeps) =>
  withMappedErrors({
    async judgeArm(input: EvaluateInput): Promise<void> {
      const context = await loadRun(deps, input.run);
      const judge = await judgeOf(deps, context);
      if (judge === null) return;
      if (input.split === 'validation' && !judgedMetrics.includes(context.spec.gate.metric ?? '')) return;
      const stop = keepBeating();
      const part = `${input.arm.name} (grades${input.split === 'test' ? '' : `, ${input.split}`})`;
      const reporter = partReporter(deps.db, { run: input.run, stage: input.stage, part, unit: 'questions' });
      const rowsRef = input.dataset[input.split];
      if (rowsRef === undefined) throw new RangeError(`the dataset has no ${input.split} rows`);
      try {
        const asking = { run: input.run, report: reporter.report, signal: Context.current().cancellationSignal };
        const key = await gradeArm(deps, judge, input.arm, await readRows(deps, rowsRef), rowsRef, asking);
        await saveJudgement(deps.db, { run: input.run, artifact: input.arm.artifact }, key);
      } finally {
        stop();
        await reporter.flush();
      }
    },

    async comparePairs(input: ComparePairsInput): Promise<void> {
      const context = await loadRun(deps, input.run);
      const judge = await judgeOf(deps, context);
      const candidate =
        judge &&
        (await chooseArm(
          deps,
          input.dataset,
          input.tuned.filter((arm) => !arm.isAblation),
          context,
        ));
      if (!judge || !candidate) return;
      const bestUntuned = await chooseArm(deps, input.dataset, input.untuned, context);
      const rows = await readRows(deps, input.dataset.test);
      const stop = keepBeating();
      try {
        for (const target of [input.champion, bestUntuned]) {
          if (target === null) continue;
          const part = `${candidate.name} or ${target.name} (preferences)`;
          const reporter = partReporter(deps.db, { run: input.run, stage: 'evaluation', part, unit: 'questions' });
          const asking = { run: input.run, report: reporter.report, signal: Context.current().cancellationSignal };
          await compareAnswers(deps, judge, { candidate, target }, rows, input.dataset.test, asking);
          await reporter.flush();
        }
      } finally {
        stop();
      }
    },
  });

export type JudgeActivities = ReturnType<typeof createJudgeActivities>;
