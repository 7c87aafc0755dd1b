/** Everything about one run. Each route resolves what a person typed (an id, the beginning of one, `latest`) first. */
import { Hono } from 'hono';
import { findRun, listRuns } from '../../db/queries/runs.ts';
import { readStatus } from '../runs/read-status.ts';
import { needs } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';
import { decideRoute } from './decide.ts';
import { eventsRoute } from './events.ts';
import { judgeRoutes } from './judge.ts';
import { reportRoute } from './report.ts';
import { steerRoutes } from './steer.ts';
import { startRoute } from './start.ts';

export const runRoutes = new Hono<AppEnv>()
  .get('/', needs('viewer'), async (c) => {
    const name = c.req.query('name');
    const limit = Math.min(500, Math.max(1, Number(c.req.query('limit') ?? 50) || 50));
    return c.json(await listRuns(c.var.services.db, { limit, ...(name === undefined ? {} : { name }) }));
  })
  .get('/:run', needs('viewer'), async (c) => c.json(await readStatus(c.var.services, await findRun(c.var.services.db, c.req.param('run')))))
  .route('/', reportRoute)
  .route('/', judgeRoutes)
  .route('/', startRoute)
  .route('/', eventsRoute)
  .route('/', decideRoute)
  .route('/', steerRoutes);
