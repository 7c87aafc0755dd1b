import { Hono } from 'hono';
import type { StackDocument } from '../../contracts/api.ts';
import { hasIdentities } from '../../db/queries/keys.ts';
import { needs } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';
import manifest from '../../package.json' with { type: 'json' };

export const stackRoute = new Hono<AppEnv>().get('/', needs('viewer'), async (c) => {
  const { settings, db } = c.var.services;
  const document: StackDocument = {
    version: manifest.version,
    temporal: settings.temporalAddress,
    temporalUi: settings.temporalUi,
    gateway: `${settings.publicUrl}/v1`,
    identities: settings.hasJwtIssuer || (await hasIdentities(db)),
  };
  return c.json(document);
});
