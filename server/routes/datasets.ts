/** Frozen datasets: their tables of contents. The rows themselves are artifacts. */
import { Hono } from 'hono';
import type { DatasetListItem, DatasetVersionDocument, FrozenTestDocument } from '../../contracts/dataset.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { type DatasetRow, datasetsLike, firstOfTest, listDatasets, runsOfDataset } from '../../db/queries/datasets.ts';
import { findRun } from '../../db/queries/runs.ts';
import type { Database } from '../../db/database.ts';
import { needs } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';

/** What the dataset stage wrote, as far as it is shown. */
type Manifest = Omit<DatasetVersionDocument, 'hash' | 'name' | 'createdAt' | 'runs'> & { readonly inputs?: ArtifactRef };

const manifestOf = (row: DatasetRow): Manifest => row.manifest as Manifest;

export const datasetRoutes = new Hono<AppEnv>()
  .get('/', needs('viewer'), async (c) => {
    const name = c.req.query('name');
    const rows = await listDatasets(c.var.services.db, { limit: 100, ...(name === undefined ? {} : { name }) });
    return c.json(
      rows.map((row): DatasetListItem => {
        const { rows: counts, synthetic } = manifestOf(row);
        return { hash: row.hash as ArtifactRef, name: row.name, createdAt: row.createdAt.toISOString(), rows: counts, synthetic };
      }),
    );
  })
  .get('/frozen-test', needs('viewer'), async (c) => {
    const first = await firstOfTest(c.var.services.db, c.req.query('name') ?? '', c.req.query('identity') ?? '');
    const manifest = first && manifestOf(first);
    const found: FrozenTestDocument | null = manifest?.inputs ? { test: manifest.test, inputs: manifest.inputs } : null;
    return c.json(found);
  })
  .get('/:ref', needs('viewer'), async (c) => {
    const { db } = c.var.services;
    const row = await findDataset(db, c.req.param('ref'));
    const { rows, dropped, redacted, synthetic, read, task, train, validation, test, fresh, findings, balance } = manifestOf(row);
    const document: DatasetVersionDocument = {
      hash: row.hash as ArtifactRef,
      name: row.name,
      createdAt: row.createdAt.toISOString(),
      runs: await runsOfDataset(db, row.hash),
      rows,
      dropped,
      redacted,
      synthetic,
      read,
      task,
      train,
      validation,
      test,
      ...(fresh ? { fresh } : {}),
      findings,
      balance,
    };
    return c.json(document);
  });

/** @param text a hash, the beginning of one (with or without `sha256:`), a run, the beginning of one, or `latest` */
export async function findDataset(db: Database, text: string): Promise<DatasetRow> {
  if (/^(?:sha256:)?[0-9a-f]{6,64}$/.test(text)) {
    const found = await datasetsLike(db, text.startsWith('sha256:') ? text : `sha256:${text}`);
    if (found.length > 1)
      throw new TunegateError('ambiguous', `several datasets begin with ${text}`, { where: text, remedy: 'write more of the hash' });
    if (found[0]) return found[0];
  }
  const run = await findRun(db, text);
  const [row] = run.dataset === null ? [] : await datasetsLike(db, run.dataset);
  if (row) return row;
  throw new TunegateError('not_found', `the run ${run.id} has no frozen dataset`, {
    where: run.id,
    remedy: 'it ended before its dataset was frozen, or is still at it: npx tunegate status',
  });
}
