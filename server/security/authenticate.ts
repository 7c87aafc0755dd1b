import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Role } from '../../contracts/administration.ts';
import { TunegateError } from '../../contracts/errors.ts';
import { findKey } from '../../db/queries/keys.ts';
import { hashKey } from '../../domain/approval/token.ts';
import type { AppEnv } from '../services.ts';

/**
 * Who may read may not steer, and who may steer may not decide. A role that a pipeline file names in `approval` may decide where the file lets it,
 * which is checked with the decision; whoever may decide may read.
 */
const isHeldBy: Readonly<Record<Role | 'decider', (role: string) => boolean>> = {
  viewer: () => true,
  operator: (role) => role === 'operator',
  approver: (role) => role === 'approver',
  decider: (role) => role !== 'viewer' && role !== 'operator',
};

/** Every route but `/health` needs a key, also on this machine: other users of it are not ours to trust. */
export const authenticate = createMiddleware<AppEnv>(async (c, next) => {
  const bearer = /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (!bearer) {
    throw new TunegateError('unauthorized', 'this address needs an API key', {
      where: 'Authorization',
      remedy: 'send the header `Authorization: Bearer KEY`; the first key lies in the file api-key of the state folder',
    });
  }
  const key = await findKey(c.var.services.db, hashKey(bearer));
  if (!key) {
    throw new TunegateError('unauthorized', 'this API key is not known here, or it was revoked', {
      where: 'Authorization',
      remedy: 'make one with: tunegate keys create NAME',
    });
  }
  c.set('key', key);
  c.set('bearer', bearer);
  await next();
});

/** @example app.post('/api/runs', needs('operator'), …) */
export const needs = (role: keyof typeof isHeldBy) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const { key } = c.var;
    if (!key.roles.some(isHeldBy[role])) {
      throw new TunegateError(
        'forbidden',
        `the key '${key.name}' has the roles ${key.roles.join(', ') || 'none'}; this needs ${role === 'decider' ? 'approver, or a role that approval names' : role}`,
        {
          where: c.req.path,
          remedy: `use a key with that role: tunegate keys create NAME --role ${role === 'decider' ? 'approver' : role}`,
        },
      );
    }
    await next();
  });

/** A key of a person's own speaks for that person alone. @throws TunegateError `forbidden` */
export function requirePerson({ var: { key } }: Context<AppEnv>, by: string): void {
  if (key.isFirst || key.name === by) return;
  throw new TunegateError('forbidden', `the key belongs to ${key.name}, not to ${by}`, {
    where: 'by',
    remedy: `give the name ${key.name}, or use the key of ${by}`,
  });
}
