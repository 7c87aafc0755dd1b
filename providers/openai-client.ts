import OpenAI from 'openai';

type FetchWithTimeout = Parameters<OpenAI['fetchWithTimeout']>;

/**
 * The official client, except that it lets go of the caller's signal. The original listens to it at every request and never stops, so that an activity
 * that polls for hours under one signal gathers listeners until it ends.
 */
export class LeakFreeOpenAI extends OpenAI {
  override async fetchWithTimeout(...[url, init, ms, controller]: FetchWithTimeout): Promise<Response> {
    if (!init?.signal) return super.fetchWithTimeout(url, init, ms, controller);
    const own = new AbortController();
    // A dependent signal is no listener of the caller's, however many requests are under way at once.
    const link = AbortSignal.any([init.signal]);
    const abort = () => own.abort(link.reason);
    if (link.aborted) abort();
    link.addEventListener('abort', abort, { once: true });
    try {
      return await super.fetchWithTimeout(url, { ...init, signal: own.signal }, ms, controller);
    } finally {
      link.removeEventListener('abort', abort);
    }
  }
}
