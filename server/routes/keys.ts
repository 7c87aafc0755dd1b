import { Hono } from 'hono';
import { z } from 'zod';
import { type CreateKeyResponse, roles } from '../../contracts/administration.ts';
import { TunegateError } from '../../contracts/errors.ts';
import { audit } from '../../db/queries/audit.ts';
import { findKey, keyDocument, listKeys, revokeKey, storeKey } from '../../db/queries/keys.ts';
import { listSigningKeys } from '../../db/queries/records.ts';
import { hashKey, keyIdOf } from '../../domain/approval/token.ts';
import { needs } from '../security/authenticate.ts';
import { newKey } from '../security/first-key.ts';
import type { AppEnv } from '../services.ts';
import { personSchema, readBody } from './read-body.ts';

/** A role of a pipeline file's own, for `approval.roles` and `approval.escalateTo`. */
const ownRole = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens');
const schema = z.strictObject({ name: personSchema, roles: z.array(z.union([z.enum(roles), ownRole])).min(1, 'a key needs a role') });

/** Public: whoever checks a record needs the fingerprint, and nothing can be signed with it. */
export const signingKeyRoutes = new Hono<AppEnv>().get('/', needs('viewer'), async (c) => c.json(await listSigningKeys(c.var.services.db)));

/** Keys are made and revoked by whoever may decide: a key with that role can approve deployments. */
export const keyRoutes = new Hono<AppEnv>()
  .get('/', needs('approver'), async (c) => c.json(await listKeys(c.var.services.db)))
  .post('/', needs('approver'), async (c) => {
    const wanted = await readBody(c, schema);
    const { db, log } = c.var.services;
    const key = newKey();
    await storeKey(db, { id: keyIdOf(key), hash: hashKey(key), isFirst: false, ...wanted });
    const row = await findKey(db, hashKey(key));
    if (!row) throw new TunegateError('internal', 'the new key was not stored');
    await audit(db, { actor: c.var.key.name, action: 'key created', subject: `key/${row.id}`, detail: { name: row.name, roles: row.roles } });
    log.info({ keyId: row.id, roles: row.roles, by: c.var.key.name }, 'API key created');
    return c.json({ ...keyDocument(row), key } satisfies CreateKeyResponse, 201);
  })
  .delete('/:id', needs('approver'), async (c) => {
    const id = c.req.param('id');
    if (id === c.var.key.id) throw new TunegateError('conflict', 'a key cannot revoke itself', { where: id, remedy: 'revoke it with another key' });
    const revoked = await revokeKey(c.var.services.db, id);
    if (!revoked) throw new TunegateError('not_found', `there is no key '${id}'`, { where: id, remedy: 'see the keys with: tunegate keys list' });
    await audit(c.var.services.db, { actor: c.var.key.name, action: 'key revoked', subject: `key/${id}`, detail: { name: revoked.name } });
    c.var.services.log.info({ keyId: id, by: c.var.key.name }, 'API key revoked');
    return c.json(revoked);
  });
