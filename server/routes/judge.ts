/** People grade answers that a judge has graded, without seeing its grade: `GET /api/runs/:run/judge` says which, `POST …/judge/labels` takes theirs. */
import { Hono } from 'hono';
import { z } from 'zod';
import { TunegateError } from '../../contracts/errors.ts';
import type { JudgeDocument } from '../../contracts/judge.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { audit } from '../../db/queries/audit.ts';
import { readManifest } from '../../db/queries/datasets.ts';
import { judgedArms, saveLabel } from '../../db/queries/judge.ts';
import { findRun } from '../../db/queries/runs.ts';
import { readSample } from '../report/read-judge.ts';
import { needs, requirePerson } from '../security/authenticate.ts';
import type { AppEnv, Services } from '../services.ts';
import { personSchema, readBody, refSchema } from './read-body.ts';

const usualCount = 30;
const mostAtOnce = 200;

const labelsSchema = z.strictObject({
  by: personSchema,
  labels: z
    .array(z.strictObject({ judgement: refSchema, row: z.string().min(1), grade: z.number().int().min(1).max(5) }))
    .min(1)
    .max(mostAtOnce),
});

export const judgeRoutes = new Hono<AppEnv>()
  .get('/:run/judge', needs('viewer'), async (c) => {
    const count = Math.min(mostAtOnce, Math.max(1, Number(c.req.query('count') ?? usualCount) || usualCount));
    return c.json(await judgeDocument(c.var.services, c.req.param('run'), count));
  })
  .post('/:run/judge/labels', needs('operator'), async (c) => {
    const { by, labels } = await readBody(c, labelsSchema);
    requirePerson(c, by);
    const { services } = c.var;
    const row = await findRun(services.db, c.req.param('run'));
    const known = new Set((await judgedArms(services.db, row.id)).map(({ judgement }) => judgement));
    const strange = labels.find(({ judgement }) => !known.has(judgement));
    if (strange)
      throw new TunegateError('not_found', `no arm of this run was graded under ${strange.judgement}`, {
        where: row.id,
        remedy: 'label what GET /api/runs/:run/judge lists',
      });
    for (const label of labels) await saveLabel(services.db, { ...label, by });
    await audit(services.db, { actor: by, action: 'answers labelled', subject: row.id, detail: { count: labels.length } });
    return c.json(await judgeDocument(services, row.id, usualCount));
  });

async function judgeDocument({ db, artifacts }: Services, run: string, count: number): Promise<JudgeDocument> {
  const row = await findRun(db, run);
  const manifest = row.dataset === null ? null : ((await readManifest(db, row.dataset)) as { readonly test: ArtifactRef } | null);
  const judged = manifest && (await readSample(artifacts, db, row.id, manifest.test, count));
  if (!judged)
    throw new TunegateError('not_found', 'no judge has graded the answers of this run', {
      where: row.id,
      remedy: 'name one under evaluation.judge, and wait until the arms are evaluated',
    });
  return { run: row.id, ...judged };
}
