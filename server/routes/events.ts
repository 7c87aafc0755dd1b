import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { findRun } from '../../db/queries/runs.ts';
import { errorDocument } from '../errors.ts';
import { watchStatus } from '../runs/status-stream.ts';
import { needs } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';

const heartbeatMs = 10_000;

/** `event: status` with a RunStatus whenever it changed; `event: heartbeat` keeps proxies from closing; closes after the run has ended. */
export const eventsRoute = new Hono<AppEnv>().get('/:run/events', needs('viewer'), async (c) => {
  const { services } = c.var;
  const run = (await findRun(services.db, c.req.param('run'))).id;
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(
    c,
    async (stream) => {
      const stopped = new AbortController();
      stream.onAbort(() => stopped.abort());
      const statuses = watchStatus(services, run, stopped.signal);
      let wroteAt = 0;
      while (!stream.aborted) {
        const status = await statuses.next();
        if (status) {
          await stream.writeSSE({ event: 'status', data: JSON.stringify(status) });
          wroteAt = Date.now();
          if (status.state === 'ended') return;
        } else if (Date.now() - wroteAt > heartbeatMs) {
          await stream.writeSSE({ event: 'heartbeat', data: '{}' });
          wroteAt = Date.now();
        }
      }
    },
    async (error, stream) => {
      services.log.error({ run, error }, 'a status stream ended');
      await stream.writeSSE({ event: 'error', data: JSON.stringify(errorDocument(error)) });
    },
  );
});
