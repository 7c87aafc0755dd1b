import { Hono } from 'hono';
import { z } from 'zod';
import type { PipelineSpecInput } from '../../contracts/pipeline-spec.ts';
import { startRun } from '../runs/start-run.ts';
import { needs } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';
import { filesSchema, readBody } from './read-body.ts';

const schema = z.strictObject({
  // Checked by the schema of the spec itself, with its own messages.
  spec: z.custom<PipelineSpecInput>((value) => typeof value === 'object' && value !== null, 'the spec must be an object'),
  files: filesSchema,
  baseDir: z.string().nullable().default(null),
  idempotencyKey: z.string().min(1).max(255).nullable().default(null),
  requestedBy: z.string().max(200).nullable().default(null),
});

export const startRoute = new Hono<AppEnv>().post('/', needs('operator'), async (c) => {
  const { key, services } = c.var;
  const request = await readBody(c, schema);
  // Whoever asks for a run may not approve it, so the name is that of the key where a person has one.
  const started = await startRun(services, { ...request, requestedBy: key.isFirst ? request.requestedBy : key.name });
  return c.json(started, started.joined ? 200 : 201);
});
