import { WorkflowNotFoundError } from '@temporalio/client';
import { listOpenRuns } from '../../db/queries/runs.ts';
import type { Services } from '../services.ts';
import { restart } from './start-run.ts';

/**
 * Starts the workflow of every open run that has none: the server was killed between writing the row and starting it,
 * or Temporal's own data was lost. A run whose workflow exists, in whatever state, is left alone: Temporal resumes it by itself.
 */
export async function resumeOpenRuns(services: Services): Promise<void> {
  for (const row of await listOpenRuns(services.db)) {
    try {
      await services.temporal.workflow.getHandle(row.id).describe();
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      services.log.warn({ run: row.id }, 'an open run has no workflow; starting it');
      await restart(services, row);
    }
  }
}
