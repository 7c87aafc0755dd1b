import { Hono } from 'hono';
import { z } from 'zod';
import { messages } from '../../contracts/names.ts';
import { findRun } from '../../db/queries/runs.ts';
import { sendMessage } from '../runs/send-message.ts';
import { needs, requirePerson } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';
import { actSchema, personSchema, readBody } from './read-body.ts';

const budgetSchema = z.strictObject({ by: personSchema, addUsd: z.number().positive().max(1e6) });
const answerSchema = z.strictObject({ by: personSchema, key: z.string().min(1).max(200), jobId: z.string().min(1).max(500).nullable() });
const past = { cancel: 'cancelled', pause: 'paused', resume: 'resumed' } as const;

/** Cancel, pause, resume, more budget, and what became of a job: updates, so that the answer says whether the run took them. */
export const steerRoutes = new Hono<AppEnv>()
  .post('/:run/:verb{cancel|pause|resume}', needs('operator'), async (c) => {
    const verb = c.req.param('verb') as keyof typeof past;
    const { by, reason } = await readBody(c, actSchema);
    requirePerson(c, by);
    const row = await findRun(c.var.services.db, c.req.param('run'));
    const argument = { by, reason: reason ?? null };
    await sendMessage(c.var.services, { workflow: row.id, name: messages[verb], argument, updateId: c.var.requestId });
    c.var.services.log.info({ run: row.id, by }, past[verb]);
    return c.json({ subject: row.id, done: past[verb] });
  })
  .post('/:run/extend-budget', needs('operator'), async (c) => {
    const { by, addUsd } = await readBody(c, budgetSchema);
    requirePerson(c, by);
    const row = await findRun(c.var.services.db, c.req.param('run'));
    const argument = { by, addMicroUsd: Math.round(addUsd * 1e6), messageId: c.var.requestId };
    await sendMessage(c.var.services, { workflow: row.id, name: messages.extendBudget, argument, updateId: c.var.requestId });
    c.var.services.log.info({ run: row.id, by, addUsd }, 'budget extended');
    return c.json({ subject: row.id, done: `budget extended by ${addUsd} US dollars` });
  })
  .post('/:run/answer-job', needs('operator'), async (c) => {
    const { by, key, jobId } = await readBody(c, answerSchema);
    requirePerson(c, by);
    const row = await findRun(c.var.services.db, c.req.param('run'));
    const argument = { by, key, jobId, messageId: c.var.requestId };
    await sendMessage(c.var.services, { workflow: row.id, name: messages.answerJob, argument, updateId: c.var.requestId });
    c.var.services.log.info({ run: row.id, by, key, jobId }, 'job answered');
    return c.json({ subject: row.id, done: jobId === null ? 'the job is made now' : `goes on with job ${jobId}` });
  });
