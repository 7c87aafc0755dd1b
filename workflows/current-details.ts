import type { Stage } from '../contracts/names.ts';
import { stages } from '../contracts/names.ts';
import type { RunState, StageState } from './run-state.ts';

const marks = { pending: '·', running: '▶', done: '✓', failed: '✗', skipped: '–' } as const;

/** A run as the Temporal UI shows it, in Markdown: its stages, and what it waits for. */
export function present(table: ReadonlyMap<Stage, StageState>, { decision, purse }: RunState, isPaused: boolean): string {
  const line = (stage: Stage) => `- ${marks[table.get(stage)?.status ?? 'pending']} ${stage}`;
  const budget = purse.question();
  return [
    ...(isPaused ? ['**Paused** after the step under way.'] : []),
    ...(decision ? [`**Waits for approval** until ${decision.expiresAt}: ${decision.question}`, `Artifact \`${decision.artifact}\``] : []),
    ...(budget ? [`**Waits for a larger budget**: ${budget.step} would pass it.`] : []),
    ...stages.map(line),
  ].join('\n');
}
