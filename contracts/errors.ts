/** The one error type that users meet: what happened, where, and what to do. `docs/errors.md` lists the codes. */
import type { BudgetQuestion } from './budget.ts';
import type { JobQuestion } from './job-question.ts';

export const errorCodes = [
  'bad_spec',
  'unknown_key',
  'file_missing',
  'file_unreadable',
  'bad_encoding',
  'bad_row',
  'column_missing',
  'empty_dataset',
  'too_few_rows',
  'one_class',
  'empty_test',
  'too_many_findings',
  'port_in_use',
  'disk_full',
  'base_model_missing',
  'key_missing',
  'credentials_in_url',
  'not_supported',
  'not_found',
  'ambiguous',
  'unauthorized',
  'forbidden',
  'conflict',
  'stale_approval',
  'provider_refused',
  'provider_unavailable',
  'job_failed',
  'judge_is_judged',
  'trainer_unavailable',
  'temporal_unavailable',
  'database_unavailable',
  'artifact_missing',
  'artifact_corrupt',
  'record_invalid',
  'budget_exceeded',
  'licence_forbids',
  'setup_failed',
  'timed_out',
  'cancelled',
  'internal',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  /** File, line and field, an address, a run: as exact as it is known. */
  readonly where: string | null;
  readonly remedy: string | null;
}

/** What every `--json` command prints on failure, and what the API answers with. */
export interface ErrorDocument {
  readonly error: ErrorBody;
}

/**
 * @example throw new TunegateError('column_missing', "there is no column 'txt'", { where: 'messages.csv:1', remedy: "did you mean 'text'?" })
 */
export class TunegateError extends Error {
  override readonly name = 'TunegateError';
  readonly code: ErrorCode;
  readonly where: string | null;
  readonly remedy: string | null;

  constructor(code: ErrorCode, message: string, detail: { where?: string | undefined; remedy?: string | undefined; cause?: unknown } = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.where = detail.where ?? null;
    this.remedy = detail.remedy ?? null;
  }

  get body(): ErrorBody {
    return { code: this.code, message: this.message, where: this.where, remedy: this.remedy };
  }
}

/** The next step would pass a limit on money; the run asks with `question`. */
export class BudgetExceeded extends TunegateError {
  readonly question: BudgetQuestion;

  constructor(question: BudgetQuestion, detail: { message: string; where: string; remedy: string }) {
    super('budget_exceeded', detail.message, detail);
    this.question = question;
  }
}

/** A service may have created a job, and only a person can look; the run asks with `question`. */
export class JobUnclear extends TunegateError {
  readonly question: JobQuestion;

  constructor(question: JobQuestion, detail: { message: string; where: string; remedy: string }) {
    super('ambiguous', detail.message, detail);
    this.question = question;
  }
}

/** Input errors end a command with exit code 2 and are never retried. */
export const inputErrorCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad_spec',
  'unknown_key',
  'file_missing',
  'file_unreadable',
  'bad_encoding',
  'bad_row',
  'column_missing',
  'empty_dataset',
  'too_few_rows',
  'one_class',
  'empty_test',
  'too_many_findings',
  'port_in_use',
  'base_model_missing',
  'key_missing',
  'credentials_in_url',
  'not_supported',
  'not_found',
  'ambiguous',
  'unauthorized',
  'forbidden',
  'conflict',
  'stale_approval',
  'licence_forbids',
]);
