/** The knowledge base of a run: documents read, cut into passages, checked for leaks, embedded and stored under the hash of what they hold. */
import { Context } from '@temporalio/activity';
import type { FrozenDataset } from '../../contracts/plan.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import type { ActivityDeps } from '../deps.ts';
import { withMappedErrors } from '../errors.ts';
import { keepBeating, partReporter } from '../progress.ts';
import { buildIndex } from './build-index.ts';

export const createKnowledgeActivities = (deps: ActivityDeps) =>
  withMappedErrors({
    /** Returns the index that this run's arms retrieve from. Documents that have not changed are not embedded again. */
    async indexKnowledge(input: { run: string; dataset: FrozenDataset }): Promise<ArtifactRef> {
      const stop = keepBeating();
      const reporter = partReporter(deps.db, { run: input.run, stage: 'dataset', part: 'knowledge', unit: 'passages' });
      try {
        return await buildIndex(deps, input, reporter.report, Context.current().cancellationSignal);
      } finally {
        stop();
        await reporter.flush();
      }
    },
  });

export type KnowledgeActivities = ReturnType<typeof createKnowledgeActivities>;
