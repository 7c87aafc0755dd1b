/** Errors as the API answers them: an `ErrorDocument` and the HTTP status that fits its code. */
import type { ErrorBody, ErrorCode, ErrorDocument } from '../contracts/errors.ts';
import { inputErrorCodes, TunegateError } from '../contracts/errors.ts';
import { ProviderError } from '../providers/provider.ts';

const statuses: Partial<Record<ErrorCode, number>> = {
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  artifact_missing: 404,
  ambiguous: 409,
  conflict: 409,
  stale_approval: 409,
  budget_exceeded: 402,
  disk_full: 507,
  timed_out: 504,
  temporal_unavailable: 503,
  database_unavailable: 503,
  trainer_unavailable: 503,
  provider_unavailable: 503,
  provider_refused: 502,
  job_failed: 502,
  internal: 500,
};

export const statusOf = (code: ErrorCode): number => statuses[code] ?? (inputErrorCodes.has(code) ? 400 : 500);

/** Unknown errors keep their text out of the answer: it may hold a row or an address with a password. They are logged. */
export function errorBody(error: unknown): ErrorBody {
  if (error instanceof TunegateError) return error.body;
  if (error instanceof ProviderError) {
    const isDown = error.failure !== 'never';
    return {
      code: isDown ? 'provider_unavailable' : 'provider_refused',
      message: error.message,
      where: error.provider,
      remedy: isDown
        ? 'try again in a moment; `tunegate doctor` says which part does not answer'
        : 'see what the provider says, and correct the request',
    };
  }
  const code = codeIn(error);
  if (code !== null && /^(ECONN|08|57P0)/.test(code)) {
    return {
      code: 'database_unavailable',
      message: 'the database does not answer',
      where: null,
      remedy: 'try again in a moment; `tunegate doctor` says which part is down',
    };
  }
  // What Postgres says of U+0000, in text and in JSON.
  if (code === '22021' || code === '22P05')
    return { code: 'bad_spec', message: 'a text holds a NUL character (U+0000)', where: null, remedy: 'leave the character out' };
  if (code === 'ENOSPC')
    return { code: 'disk_full', message: 'the disk is full', where: null, remedy: 'free some space and try again; nothing was lost' };
  return { code: 'internal', message: 'something went wrong inside the server', where: null, remedy: 'see the log: .tunegate/logs/server.log' };
}

export const errorDocument = (error: unknown): ErrorDocument => ({ error: errorBody(error) });

/** Drivers wrap each other; the system's code may stand on a cause. */
function codeIn(error: unknown): string | null {
  for (let e: unknown = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    if ('code' in e && typeof e.code === 'string') return e.code;
  }
  return null;
}
