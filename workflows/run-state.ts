/** What a run knows of itself while it lives: its stage, its decision, its messages. Answers the `progress` query. */
import {
  allHandlersFinished,
  ApplicationFailure,
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
import { nulFault } from '../domain/approval/nul-fault.ts';
import { present as presented } from './current-details.ts';
import { enterStage, steerRun } from './proxies.ts';
import { type JobDesk, openJobDesk } from './unclear-jobs.ts';
import { openPurse, type Purse } from './within-budget.ts';

export const progressQuery = defineQuery<PipelineProgress>(messages.progress);
const cancelUpdate = defineUpdate<void, [CancelMessage]>(messages.cancel);
const cancelSignal = defineSignal<[CancelMessage]>(messages.cancel);
const pauseUpdate = defineUpdate<void, [PauseMessage]>(messages.pause);
const pauseSignal = defineSignal<[PauseMessage]>(messages.pause);
const resumeUpdate = defineUpdate<void, [PauseMessage]>(messages.resume);
const resumeSignal = defineSignal<[PauseMessage]>(messages.resume);

export interface StageState {
  status: StageStatus;
  startedAt: string | null;
  endedAt: string | null;
}

export interface RunState {
  readonly run: string;
  /** Redraws what the Temporal UI shows of the run. */
  readonly show: () => void;
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
    show: () => setCurrentDetails(presented(table, state, isPaused)),
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
      if (isPaused) {
        // What the run waited for meanwhile has overwritten that it is paused.
        await steerRun({ run, state: 'paused' });
        await condition(() => !isPaused);
      }
      const skipped = stages.slice(present ? stages.indexOf(present) + 1 : 0, stages.indexOf(stage));
      const now = new Date().toISOString();
      if (present) Object.assign(table.get(present) as StageState, { status: 'done', endedAt: now });
      for (const s of skipped) Object.assign(table.get(s) as StageState, { status: 'skipped' });
      Object.assign(table.get(stage) as StageState, { status: 'running', startedAt: now });
      const leave = present;
      present = stage;
      // A namespace that does not know our attributes would refuse them; the server sets the first only where it does.
      if (workflowInfo().searchAttributes.TunegateRun) upsertSearchAttributes({ TunegateStage: [stage] });
      state.show();
      await enterStage.executeWithOptions({ summary: stage }, [{ run, leave, enter: stage, skipped }]);
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
  const steer = (action: 'pause' | 'resume' | 'cancel') => async (message: PauseMessage | CancelMessage) => {
    if (action === 'cancel') onCancel(message as CancelMessage);
    else isPaused = action === 'pause';
    state.show();
    // The step under way goes on while a run is paused, and so does a question to a person.
    const held = stateOf(state, isPaused);
    await steerRun({ run, by: message.by, action, reason: message.reason ?? null, state: held === 'paused' || held === 'running' ? held : null });
  };
  const validator = (message: PauseMessage | CancelMessage) => {
    const fault = typeof message?.by !== 'string' || message.by.trim() === '' ? "'by' must name a person" : nulFault(message);
    if (fault) throw ApplicationFailure.nonRetryable(fault, 'bad_message');
  };
  // A signal has nobody to answer to: one that names nobody is taken from an unknown sender, and words that no record can hold are left out.
  const named =
    <T extends PauseMessage | CancelMessage>(act: (message: T) => Promise<void>) =>
    (message: T) => {
      const { by, reason } = nulFault(message) ? {} : (message ?? {});
      return act({ by: typeof by === 'string' && by !== '' ? by : 'unknown', reason: typeof reason === 'string' ? reason : null } as T);
    };
  setHandler(cancelUpdate, steer('cancel'), { validator });
  setHandler(cancelSignal, named(steer('cancel')));
  setHandler(pauseUpdate, steer('pause'), { validator });
  setHandler(pauseSignal, named(steer('pause')));
  setHandler(resumeUpdate, steer('resume'), { validator });
  setHandler(resumeSignal, named(steer('resume')));
  return state;
}

function stateOf({ outcome, decision, purse, jobs }: RunState, isPaused: boolean): PipelineProgress['state'] {
  if (outcome) return 'ended';
  if (decision) return 'waiting-for-approval';
  if (purse.question()) return 'waiting-for-budget';
  if (jobs.question()) return 'waiting-for-answer';
  return isPaused ? 'paused' : 'running';
}
