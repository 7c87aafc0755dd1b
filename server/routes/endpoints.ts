import { Hono } from 'hono';
import { TunegateError } from '../../contracts/errors.ts';
import type { RollbackMessage } from '../../contracts/messages.ts';
import { ids } from '../../contracts/names.ts';
import { findEndpoint, listEndpoints } from '../../db/queries/endpoint-list.ts';
import { listChecks } from '../../db/queries/monitoring.ts';
import { sendMessage } from '../runs/send-message.ts';
import { needs, requirePerson } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';
import { actSchema, readBody } from './read-body.ts';

export const endpointRoutes = new Hono<AppEnv>()
  .get('/', needs('viewer'), async (c) => c.json(await listEndpoints(c.var.services.db)))
  .get('/:name/checks', needs('viewer'), async (c) => c.json(await listChecks(c.var.services.db, c.req.param('name'), 50)))
  .post('/:name/rollback', needs('approver'), async (c) => {
    const name = c.req.param('name');
    const { by, reason } = await readBody(c, actSchema);
    requirePerson(c, by);
    const before = await findEndpoint(c.var.services.db, name);
    if (!before)
      throw new TunegateError('not_found', `there is no endpoint '${name}'`, { where: name, remedy: 'see the endpoints with: tunegate endpoints' });
    if (!before.previous && !before.canary)
      throw new TunegateError('conflict', `'${name}' has no previous version to go back to`, { where: name, remedy: 'deploy another version first' });
    const message: RollbackMessage = { by, reason: reason ?? null, messageId: c.var.requestId };
    await sendMessage(c.var.services, { workflow: ids.endpoint(name), name: 'rollback', argument: message, updateId: c.var.requestId });
    c.var.services.log.info({ endpoint: name, by }, 'rolled back');
    const done = before.canary ? `took back ${before.canary.arm}, which was on trial` : `rolled back to ${before.previous?.arm}`;
    return c.json({ subject: name, done });
  });
