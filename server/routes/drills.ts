/** The retirement drill: what stands on a base model, and runs that try its replacement on the same frozen rows. */
import { Hono } from 'hono';
import { z } from 'zod';
import type { DrillDocument, DrillRun } from '../../contracts/drill.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { StartRunRequest } from '../../contracts/api.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { runById } from '../../db/queries/run-end.ts';
import { priceOn } from '../../domain/cost/price-book.ts';
import { replacementSpec } from '../../domain/run/replacement-spec.ts';
import { isConfigured, providerRow } from '../../providers/index.ts';
import { endpointsAtRisk } from '../runs/endpoints-at-risk.ts';
import { startRun } from '../runs/start-run.ts';
import { needs } from '../security/authenticate.ts';
import type { AppEnv, Services } from '../services.ts';
import { personSchema, readBody } from './read-body.ts';

const halfYearMs = 182 * 86_400_000;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const schema = z.strictObject({
  model: z.string().min(1),
  on: z.strictObject({ provider: z.string().min(1), base: z.string().min(1), method: z.string().optional() }),
  margin: z.number().min(0).max(1).default(0.02),
  requestedBy: personSchema.nullable().default(null),
});

export const drillRoutes = new Hono<AppEnv>()
  .get('/', needs('viewer'), async (c) => {
    const model = c.req.query('model') ?? '';
    const endpoints = await endpointsAtRisk(c.var.services, model, dayOf(Date.now()));
    const document: DrillDocument = { model, endpoints, alternatives: alternativesTo(c.var.services, model) };
    return c.json(document);
  })
  .post('/', needs('operator'), async (c) => {
    const { services } = c.var;
    const { model, on, margin, requestedBy: given } = await readBody(c, schema);
    const requestedBy = c.var.key.isFirst ? given : c.var.key.name;
    const atRisk = (await endpointsAtRisk(services, model, dayOf(Date.now()))).filter((e) => e.serves === 'champion');
    if (atRisk.length === 0)
      throw new TunegateError('not_found', `no endpoint's champion stands on ${model}`, {
        where: model,
        remedy: 'see what stands on what: tunegate endpoints',
      });
    const method = on.method ?? providerRow(on.provider)?.capabilities.methods[0] ?? 'lora';
    const started: DrillRun[] = [];
    for (const { endpoint, arm, run } of atRisk) {
      const row = await runById(services.db, run);
      const spec = await services.artifacts.getJson<PipelineSpec>(row.specRef as ArtifactRef);
      const { files, baseDir } = row.sources as Pick<StartRunRequest, 'files' | 'baseDir'>;
      const request = {
        spec: replacementSpec(spec, { arm, provider: on.provider, base: on.base, method, margin }),
        files,
        baseDir,
        idempotencyKey: null,
        requestedBy,
      };
      started.push({ endpoint, run: (await startRun(services, request)).run });
    }
    return c.json(started, 201);
  });

function alternativesTo({ prices }: Services, model: string): DrillDocument['alternatives'] {
  const [today, later] = [dayOf(Date.now()), dayOf(Date.now() + halfYearMs)];
  const isEnding = (day: string | null) => day !== null && day <= later;
  return prices.models
    .flatMap(({ provider, base, aliases = [], tunable, methods, retirement, prices: dated }) => {
      const row = providerRow(provider);
      const isSame = [base, ...aliases].some((name) => model === name || model === `${provider}/${name}`);
      if (!row || !isConfigured(row, process.env) || !tunable || methods.includes('linear') || isSame) return [];
      if (isEnding(retirement.noNewJobsFrom) || isEnding(retirement.shutdown)) return [];
      const billing = priceOn(dated, today)?.training.default;
      if (!billing || billing.rule === 'per-hour') return [];
      return [{ provider, base, trainingPerMillion: billing.rule === 'free' ? 0 : Number(billing.usdPerMillion) }];
    })
    .sort((a, b) => a.trainingPerMillion - b.trainingPerMillion || (a.base < b.base ? -1 : 1));
}
