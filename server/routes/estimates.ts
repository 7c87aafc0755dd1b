/** `POST /api/estimates`: what a run on these rows would cost. Nothing is stored, and no provider is asked but the own trainer, which counts tokens. */
import { Hono } from 'hono';
import { z } from 'zod';
import type { EstimateRequest } from '../../contracts/estimate.ts';
import type { PipelineSpecInput } from '../../contracts/pipeline-spec.ts';
import { usualTokensPerSecond } from '../../db/queries/jobs.ts';
import { estimateRun } from '../../domain/cost/estimate/estimate-run.ts';
import { sourcesOf } from '../../domain/cost/estimate/sources.ts';
import { providerRow } from '../../providers/index.ts';
import { requireProviders } from '../runs/require-providers.ts';
import { checkSpec } from '../runs/start-run.ts';
import { needs } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';
import { readBody } from './read-body.ts';

const row = z.object({ id: z.string(), input: z.string(), output: z.string() }).loose();
const schema = z.strictObject({
  // Checked by the schema of the spec itself, with its own messages.
  spec: z.custom<PipelineSpecInput>((value) => typeof value === 'object' && value !== null, 'the spec must be an object'),
  task: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('classification'), labels: z.array(z.string()) }),
    z.strictObject({ type: z.literal('extraction'), schema: z.string() }),
    z.strictObject({ type: z.literal('generation') }),
  ]),
  rows: z.strictObject({ train: z.array(row), validation: z.array(row), test: z.array(row) }),
});

export const estimateRoutes = new Hono<AppEnv>().post('/', needs('viewer'), async (c) => {
  const { db, prices, providers } = c.var.services;
  const { spec: written, task, rows } = (await readBody(c, schema)) as unknown as EstimateRequest;
  const spec = checkSpec(written);
  requireProviders(spec);
  const today = new Date().toISOString().slice(0, 10);
  const sources = sourcesOf({
    prices,
    today,
    count: async (model, request) => (await providers('local').countTokens?.(model, request)) ?? [],
    machine: async (base) => (await providers('local').machine?.(base)) ?? null,
    answersInBatches: (provider) => providerRow(provider)?.capabilities.batch ?? false,
    usualTokensPerSecond: (provider, base) => usualTokensPerSecond(db, provider, base),
  });
  return c.json(await estimateRun({ spec, task, rows }, sources, today));
});
