import { Hono } from 'hono';
import { z } from 'zod';
import { findRun } from '../../db/queries/runs.ts';
import { decide } from '../runs/decide.ts';
import { needs } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';
import { personSchema, readBody, refSchema } from './read-body.ts';

const schema = z.strictObject({
  decision: z.enum(['approve', 'reject']).optional(),
  by: personSchema,
  comment: z.string().max(4000).nullable().default(null),
  artifact: refSchema.nullable().default(null),
  acknowledge: z.array(z.string()).default([]),
  token: z.string().max(8192).nullish(),
});

export const decideRoute = new Hono<AppEnv>().post('/:run/:verdict{approve|reject}', needs('decider'), async (c) => {
  const decision = c.req.param('verdict') === 'reject' ? 'reject' : 'approve';
  const body = await readBody(c, schema);
  const row = await findRun(c.var.services.db, c.req.param('run'));
  return c.json(await decide(c.var.services, row, { ...body, decision }, { bearer: c.var.bearer, requestId: c.var.requestId }));
});
