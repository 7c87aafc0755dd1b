/** The whole HTTP surface. A route that is not here does not exist. */
import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { TunegateError } from '../contracts/errors.ts';
import { errorBody, statusOf } from './errors.ts';
import { gatewayRoutes } from './gateway/routes.ts';
import { artifactRoutes } from './routes/artifacts.ts';
import { auditRoute } from './routes/audit.ts';
import { datasetRoutes } from './routes/datasets.ts';
import { reviewRoutes } from './routes/reviews.ts';
import { drillRoutes } from './routes/drills.ts';
import { endpointRoutes } from './routes/endpoints.ts';
import { estimateRoutes } from './routes/estimates.ts';
import { keyRoutes, signingKeyRoutes } from './routes/keys.ts';
import { modelRoutes } from './routes/models.ts';
import { runRoutes } from './routes/runs.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { stackRoute } from './routes/stack.ts';
import { authenticate } from './security/authenticate.ts';
import type { AppEnv, Services } from './services.ts';

const maxIdLength = 128;

export function createApp(services: Services): Hono<AppEnv> {
  const app = new Hono<AppEnv>();

  app.use(async (c, next) => {
    // A caller's own id makes its retry the same message to Temporal.
    const given = c.req.header('x-request-id') ?? '';
    const requestId = /^[\w.:-]+$/.test(given) && given.length <= maxIdLength ? given : randomUUID();
    c.set('services', services);
    c.set('requestId', requestId);
    c.header('x-request-id', requestId);
    const started = performance.now();
    await next();
    if (c.req.path === '/health') return;
    services.log.info(
      { requestId, method: c.req.method, path: c.req.path, status: c.res.status, ms: Math.round(performance.now() - started) },
      'request',
    );
  });

  app.get('/health', (c) => c.json({ ok: true }));
  app.route('/v1', gatewayRoutes);

  app.use('/api/*', authenticate);
  app.route('/api/stack', stackRoute);
  app.route('/api/artifacts', artifactRoutes);
  app.route('/api/runs', runRoutes);
  app.route('/api/datasets', datasetRoutes);
  app.route('/api/datasets', reviewRoutes);
  app.route('/api/endpoints', endpointRoutes);
  app.route('/api/models', modelRoutes);
  app.route('/api/estimates', estimateRoutes);
  app.route('/api/drills', drillRoutes);
  app.route('/api/keys', keyRoutes);
  app.route('/api/signing-keys', signingKeyRoutes);
  app.route('/api/schedules', scheduleRoutes);
  app.route('/api/audit', auditRoute);

  app.notFound((c) => {
    const error = new TunegateError('not_found', `there is nothing at ${c.req.method} ${c.req.path}`, {
      where: c.req.path,
      remedy: 'see docs/api.md for the addresses',
    });
    return c.json({ error: error.body }, 404);
  });
  app.onError((error, c) => {
    const body = errorBody(error);
    const status = statusOf(body.code);
    if (status >= 500) services.log.error({ requestId: c.var.requestId, path: c.req.path, err: error }, body.message);
    return c.json({ error: body }, status as ContentfulStatusCode);
  });
  return app;
}
