import { Hono } from 'hono';
import type { AuditEntry } from '../../contracts/administration.ts';
import { listAudit } from '../../db/queries/audit.ts';
import { findRun } from '../../db/queries/runs.ts';
import { needs } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';

const most = 1000;

/** `GET /api/audit?subject=…&limit=…`: who did what to which subject, newest first. A subject is a run, `endpoint/NAME`, `key/ID` or `schedule/NAME`. */
export const auditRoute = new Hono<AppEnv>().get('/', needs('viewer'), async (c) => {
  const { db } = c.var.services;
  const asked = c.req.query('subject');
  const isOther = asked === undefined || /^(?:endpoint|key|schedule)\//.test(asked);
  const subject = isOther ? asked : (await findRun(db, asked)).id;
  const limit = Math.min(most, Math.max(1, Number(c.req.query('limit') ?? 100) || 100));
  const entries: AuditEntry[] = await listAudit(db, { limit, ...(subject === undefined ? {} : { subject }) });
  return c.json(entries);
});
