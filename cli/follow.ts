/** Follows a run to its end, and takes the question whether to approve to whoever is there to answer it. */
import { userInfo } from 'node:os';
import type { Client } from '../client/index.ts';
import type { DecisionRequest, RunStatus } from '../contracts/api.ts';
import { TunegateError } from '../contracts/errors.ts';
import { askApproval } from './console/ask-approval.ts';
import { programName } from './console/program-name.ts';
import { fail, say } from './console/result.ts';
import { shortRun } from './view/frame.ts';
import { liveView } from './view/live-view.ts';

export interface FollowOptions {
  /** Approves in this name without asking. */
  readonly approveAs?: string | undefined;
  /** Warnings that `approveAs` names and accepts. */
  readonly acknowledge?: readonly string[];
  /** Ask on this terminal. Default: where input and output are terminals and no document is wanted. */
  readonly mayAsk?: boolean;
  readonly view: NodeJS.WriteStream;
  /** Nobody is asked, and whoever leaves with Ctrl-C gets a document too. */
  readonly json?: boolean | undefined;
}

/** Returns the status in which the run has ended. */
export async function followRun(client: Client, run: string, options: FollowOptions): Promise<RunStatus> {
  const view = liveView(options.view, { program: programName() });
  // Leaving the view leaves the run alone.
  const leave = (): void => {
    view.rest();
    const again = `see it again with: ${programName()} watch ${shortRun(run)}`;
    if (options.json) return void fail(new TunegateError('cancelled', 'left while the run goes on', { where: run, remedy: again }), options);
    say(` the run goes on; ${again}`);
    process.exit(130);
  };
  process.once('SIGINT', leave);
  try {
    for (let answered: string | null = null; ; ) {
      const status = await client.runs.wait(run, {
        onStatus: (s) => view.show(s),
        until: (s) => s.decision !== null && needsAnswer(s.decision, options) && s.decision.id !== answered,
      });
      if (status.state === 'ended' || status.decision === null) return status;
      answered = status.decision.id;
      await answerDecision(client, status, status.decision, options, () => view.rest());
    }
  } finally {
    process.removeListener('SIGINT', leave);
    view.rest();
  }
}

const isTerminal = ({ json, mayAsk = !json, view }: FollowOptions): boolean => mayAsk && process.stdin.isTTY === true && view.isTTY === true;
const needsAnswer = (_: DecisionRequest, options: FollowOptions): boolean => options.approveAs !== undefined || isTerminal(options);

async function answerDecision(
  client: Client,
  { run }: RunStatus,
  decision: DecisionRequest,
  options: FollowOptions,
  rest: () => void,
): Promise<void> {
  if (options.approveAs !== undefined) {
    const missing = decision.acknowledge.filter((w) => !options.acknowledge?.includes(w));
    if (missing.length > 0) {
      const names = missing.map((w) => `--acknowledge ${JSON.stringify(w)}`).join(' ');
      throw new TunegateError('conflict', 'the approval needs warnings to be acknowledged by name; the run waits', {
        where: run,
        remedy: `${programName()} approve ${run} --as ${options.approveAs} ${names}`,
      });
    }
    return unlessDecided(
      client.runs.approve(run, {
        by: options.approveAs,
        artifact: decision.artifact,
        acknowledge: decision.acknowledge,
        comment: 'approved by --approve-as',
      }),
    );
  }
  rest();
  const answer = await askApproval(decision, userInfo().username);
  switch (answer.verdict) {
    case 'approve':
      return unlessDecided(
        client.runs.approve(run, { by: answer.by, artifact: decision.artifact, acknowledge: decision.acknowledge, comment: answer.comment }),
      );
    case 'reject':
      return unlessDecided(client.runs.reject(run, { by: answer.by, artifact: decision.artifact, comment: answer.comment }));
    case 'later':
      return say(` the run waits; answer from anywhere: ${programName()} approve ${run} --as NAME`);
  }
}

/** Somebody else may have answered from another door meanwhile; the run goes on by what they said. */
async function unlessDecided(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!(error instanceof TunegateError && error.code === 'conflict' && /does not wait|has ended|already/.test(error.message))) throw error;
    say(` ${error.message}`);
  }
}
