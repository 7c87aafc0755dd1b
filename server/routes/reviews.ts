/** People read synthetic rows one by one: `GET /api/datasets/:ref/review` lists them, `POST` takes a person's word on one. */
import { Hono } from 'hono';
import { z } from 'zod';
import type { ReviewDocument, ReviewedRow } from '../../contracts/dataset.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { Row } from '../../contracts/rows.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { audit } from '../../db/queries/audit.ts';
import type { DatasetRow } from '../../db/queries/datasets.ts';
import { reviewsOf, saveReview } from '../../db/queries/reviews.ts';
import { reviewKey } from '../../domain/dataset/review-key.ts';
import { needs, requirePerson } from '../security/authenticate.ts';
import type { AppEnv, Services } from '../services.ts';
import { findDataset } from './datasets.ts';
import { personSchema, readBody, refSchema } from './read-body.ts';

const reviewSchema = z.strictObject({ by: personSchema, hash: refSchema, verdict: z.enum(['approved', 'rejected']) });

export const reviewRoutes = new Hono<AppEnv>()
  .get('/:ref/review', needs('viewer'), async (c) => {
    const { services } = c.var;
    return c.json(await reviewDocument(services, await findDataset(services.db, c.req.param('ref'))));
  })
  .post('/:ref/review', needs('operator'), async (c) => {
    const { by, hash, verdict } = await readBody(c, reviewSchema);
    requirePerson(c, by);
    const { services } = c.var;
    const dataset = await findDataset(services.db, c.req.param('ref'));
    const { rows } = await reviewDocument(services, dataset);
    if (!rows.some((row) => row.hash === hash))
      throw new TunegateError('not_found', `no synthetic row of this dataset is ${hash}`, {
        where: dataset.hash,
        remedy: 'review what GET /api/datasets/:ref/review lists',
      });
    await saveReview(services.db, { name: dataset.name, row: hash, verdict, by });
    await audit(services.db, { actor: by, action: `row ${verdict}`, subject: hash, detail: { dataset: dataset.hash } });
    return c.json(await reviewDocument(services, dataset));
  });

async function reviewDocument({ db, artifacts }: Services, dataset: DatasetRow): Promise<ReviewDocument> {
  const { train, validation } = dataset.manifest as { readonly train: ArtifactRef; readonly validation: ArtifactRef };
  const reviews = await reviewsOf(db, dataset.name);
  const rows: ReviewedRow[] = [];
  for (const side of [train, validation]) {
    for await (const row of artifacts.getLines<Row>(side)) {
      if (row.origin === null) continue;
      const hash = reviewKey(row);
      const review = reviews.get(hash);
      rows.push({ hash, row, verdict: review?.verdict ?? null, by: review?.by ?? null });
    }
  }
  const count = (verdict: ReviewedRow['verdict']): number => rows.filter((row) => row.verdict === verdict).length;
  return { dataset: dataset.hash as ArtifactRef, name: dataset.name, approved: count('approved'), rejected: count('rejected'), rows };
}
