/** What a run knows of itself while it lives: its stage, its decision, its messages. Answers the `progress` query. */
import {
  allHandlersFinished,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { DecisionRequest, StageStatus } from '../contracts/api.ts';
import type { CancelMessage, PauseMessage, PipelineProgress } from '../contracts/messages.ts';
import { messages, type Stage, stages } from '../contracts/names.ts';
import type { Outcome } from '../contracts/run.ts';
import { enterStage } from './proxies.ts';
import { type JobDesk, openJobDesk } from './unclear-jobs.ts';
import { openPurse, type Purse } from './within-budget.ts';

export const progressQuery = defineQuery<PipelineProgress>(messages.progress);
const cancelUpdate = defineUpdate<void, [CancelMessage]>(messages.cancel);
const cancelSignal = defineSignal<[CancelMessage]>(messages.cancel);
const pauseUpdate = defineUpdate<void, [PauseMessage]>(messages.pause);
const pauseSignal = defineSignal<[PauseMessage]>(messages.pause);
const resumeUpdate = defineUpdate<void, [PauseMessage]>(messages.resume);
const resumeSignal = defineSignal<[PauseMessage]>(messages.resume);

interface StageState {
  status: StageStatus;
  startedAt: string | null;
  endedAt: string | null;
}

export interface RunState {
  readonly run: string;
  /** Leaves the present stage and enters the next; waits first while the run is paused. */
  enter(stage: Stage): Promise<void>;
  readonly present: () => Stage | null;
  decision: DecisionRequest | null;
  approvedBy: string[];
  outcome: Outcome | null;
  /** Of the model that grades answers; null where nobody does. */
  judgeProvider: string | null;
  readonly purse: Purse;
  readonly jobs: JobDesk;
  /** Providers on which tuned models may stand that cost until they are taken down. */
  dedicated: readonly string[];
  /** Resolves when every update that has arrived was answered. */
  readonly settled: () => Promise<void>;
}

export function openRunState(run: string, onCancel: (message: CancelMessage) => void): RunState {
  const table = new Map<Stage, StageState>(stages.map((s) => [s, { status: 'pending', startedAt: null, endedAt: null }]));
  let present: Stage | null = null;
  let isPaused = false;
  const purse = openPurse(run);
  const jobs = openJobDesk(run);

  const state: RunState = {
    run,
    purse,
    jobs,
    dedicated: [],
    decision: null,
    approvedBy: [],
    outcome: null,
    judgeProvider: null,
    present: () => present,
    settled: () => condition(allHandlersFinished),
    enter: async (stage) => {
      await condition(() => !isPaused);
      const skipped = stages.slice(present ? stages.indexOf(present) + 1 : 0, stages.indexOf(stage));
      const now = new Date().toISOString();
      if (present) Object.assign(table.get(present) as StageState, { status: 'done', endedAt: now });
      for (const s of skipped) Object.assign(table.get(s) as StageState, { status: 'skipped' });
      Object.assign(table.get(stage) as StageState, { status: 'running', startedAt: now });
      const leave = present;
      present = stage;
      setCurrentDetails(`**${stage}**`);
      // A namespace that does not know our attributes would refuse them; the server sets the first only where it does.
      if (workflowInfo().searchAttributes.TunegateRun) upsertSearchAttributes({ TunegateStage: [stage] });
      await enterStage({ run, leave, enter: stage, skipped });
    },
  };

  setHandler(progressQuery, () => ({
    run,
    state: stateOf(state, isPaused),
    outcome: state.outcome,
    stages: stages.map((stage) => ({ stage, ...(table.get(stage) as StageState) })),
    decision: state.decision,
    budget: purse.question(),
    job: jobs.question(),
    approvedBy: state.approvedBy,
  }));
  const pause = () => {
    isPaused = true;
  };
  const resume = () => {
    isPaused = false;
  };
  setHandler(cancelUpdate, onCancel);
  setHandler(cancelSignal, onCancel);
  setHandler(pauseUpdate, pause);
  setHandler(pauseSignal, pause);
  setHandler(resumeUpdate, resume);
  setHandler(resumeSignal, resume);
  return state;
}

function stateOf({ outcome, decision, purse, jobs }: RunState, isPaused: boolean): PipelineProgress['state'] {
  if (outcome) return 'ended';
  if (isPaused) return 'paused';
  if (decision) return 'waiting-for-approval';
  if (purse.question()) return 'waiting-for-budget';
  return jobs.question() ? 'waiting-for-answer' : 'running';
}
