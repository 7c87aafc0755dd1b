import type { ApprovalRequest, RunListItem, RunStatus, StartRunRequest, StartRunResponse } from '../contracts/api.ts';
import type { ActRequest, ActResponse, AnswerJobRequest, ExtendBudgetRequest } from '../contracts/administration.ts';
import type { JudgeDocument, LabelsRequest } from '../contracts/judge.ts';
import type { ApprovalReceipt } from '../contracts/messages.ts';
import { TunegateError } from '../contracts/errors.ts';
import type { Http } from './http.ts';
import { serverEvents } from './server-events.ts';

export interface Decision extends Omit<Partial<ApprovalRequest>, 'decision'> {
  readonly by: string;
  readonly requestId?: string;
}
export type ReportFormat = 'html' | 'markdown' | 'json' | 'record';
export interface WaitOptions {
  readonly until?: (status: RunStatus) => boolean;
  readonly onStatus?: (status: RunStatus) => void;
  readonly signal?: AbortSignal | undefined;
}

const firstRetryMs = 250;
const longestRetryMs = 4_000;
const giveUpMs = 5 * 60_000;

/** Runs: start, watch, decide, steer. A run is named by its id, the beginning of one, or `latest`. */
export function runsOf(http: Http) {
  const at = (run: string, rest = '') => `/api/runs/${encodeURIComponent(run)}${rest}`;
  const act =
    (verb: string) =>
    (run: string, by: string, reason: string | null = null) =>
      http.json<ActResponse>('POST', at(run, `/${verb}`), { body: { by, reason } satisfies ActRequest });
  const decide =
    (decision: 'approve' | 'reject') =>
    (run: string, { requestId, ...given }: Decision) =>
      http.json<ApprovalReceipt>('POST', at(run, `/${decision}`), { body: { comment: null, artifact: null, acknowledge: [], ...given }, requestId });

  /** Every status that differs from the one before, until the run has ended. */
  async function* events(run: string, signal?: AbortSignal): AsyncGenerator<RunStatus> {
    const { body } = await http.request('GET', at(run, '/events'), { signal });
    for await (const { event, data } of serverEvents(body ?? new ReadableStream())) {
      if (event === 'status') yield JSON.parse(data) as RunStatus;
      if (event === 'error') throw failureIn(data);
    }
  }

  /**
   * Follows a run until it has ended, or until `until` says so, and returns the last status.
   * A server that restarts meanwhile is waited for, up to five minutes.
   */
  async function wait(run: string, options: WaitOptions = {}): Promise<RunStatus> {
    let last: RunStatus | null = null;
    let lostAt: number | null = null;
    for (let pauseMs = firstRetryMs; ; pauseMs = Math.min(longestRetryMs, pauseMs * 2)) {
      try {
        for await (const status of events(run, options.signal)) {
          last = status;
          lostAt = null;
          pauseMs = firstRetryMs;
          options.onStatus?.(status);
          if (status.state === 'ended' || options.until?.(status)) return status;
        }
      } catch (error) {
        if (options.signal?.aborted || (error instanceof TunegateError && !isPassing(error))) throw error;
        // Before the first status there is no run to wait for: the caller has the wrong address.
        if (last === null && lostAt === null && pauseMs > firstRetryMs * 8) throw error;
      }
      lostAt ??= Date.now();
      if (Date.now() - lostAt > giveUpMs)
        throw new TunegateError('timed_out', 'the server did not come back', { where: run, remedy: 'start it with: tunegate start' });
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  return {
    start: (request: StartRunRequest) => http.json<StartRunResponse>('POST', '/api/runs', { body: request }),
    list: (options: { limit?: number; name?: string } = {}) =>
      http.json<RunListItem[]>('GET', `/api/runs?${new URLSearchParams(Object.entries(options).map(([k, v]): [string, string] => [k, String(v)]))}`),
    status: (run: string) => http.json<RunStatus>('GET', at(run)),
    /** The judge of a run, how far people agree with it, and up to `count` answers that nobody has labelled yet. */
    judge: (run: string, count = 30) => http.json<JudgeDocument>('GET', at(run, `/judge?count=${count}`)),
    /** Grades 1 … 5 of answers that {@link judge} listed. */
    labelAnswers: (run: string, request: LabelsRequest) => http.json<JudgeDocument>('POST', at(run, '/judge/labels'), { body: request }),
    /** What was decided, why, and on what evidence: one HTML page that needs nothing else, a comment for a pull request, or the data behind both. */
    report: async (run: string, format: ReportFormat) => (await http.request('GET', at(run, `/report?format=${format}`))).text(),
    /** Every test row that the shown arm got wrong, or that candidate and champion answer differently, as `ListedRows` in JSON. */
    rows: async (run: string, which: 'wrong' | 'changed') => (await http.request('GET', at(run, `/report?rows=${which}`))).text(),
    events,
    wait,
    approve: decide('approve'),
    reject: decide('reject'),
    cancel: act('cancel'),
    pause: act('pause'),
    resume: act('resume'),
    extendBudget: (run: string, by: string, addUsd: number) =>
      http.json<ActResponse>('POST', at(run, '/extend-budget'), { body: { by, addUsd } satisfies ExtendBudgetRequest }),
    /** Answers the question whether a service has created a training job: its id there, or null where it has not. */
    answerJob: (run: string, answer: AnswerJobRequest) => http.json<ActResponse>('POST', at(run, '/answer-job'), { body: answer }),
  };
}

const isPassing = (error: TunegateError): boolean =>
  ['provider_unavailable', 'database_unavailable', 'temporal_unavailable', 'timed_out', 'internal'].includes(error.code);

function failureIn(data: string): TunegateError {
  const { error } = JSON.parse(data) as { error: TunegateError['body'] };
  return new TunegateError(error.code, error.message, { where: error.where ?? undefined, remedy: error.remedy ?? undefined });
}
