/** The synthesis stage: a teacher writes candidate rows, filters judge them, and what stands joins the training rows. Never validation, never test. */
import { Context } from '@temporalio/activity';
import type { FrozenDataset } from '../../contracts/plan.ts';
import type { ActivityDeps } from '../deps.ts';
import { withMappedErrors } from '../errors.ts';
import { keepBeating, partReporter } from '../progress.ts';
import { synthesize } from './synthesize.ts';

export const createSynthesisActivities = (deps: ActivityDeps) =>
  withMappedErrors({
    /** Returns the dataset with the synthetic rows that passed; with the same training rows where none did. */
    async addSyntheticRows(input: { run: string; dataset: FrozenDataset }): Promise<FrozenDataset> {
      const stop = keepBeating();
      const reporter = partReporter(deps.db, { run: input.run, stage: 'synthesis', part: 'rows', unit: 'rows' });
      try {
        return await synthesize(deps, input, reporter.report, Context.current().cancellationSignal);
      } finally {
        stop();
        await reporter.flush();
      }
    },
  });

export type SynthesisActivities = ReturnType<typeof createSynthesisActivities>;
