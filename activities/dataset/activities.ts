/** The dataset stage: read the uploaded files, prepare them by `domain/dataset`, freeze the result under its content hash. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrozenDataset } from '../../contracts/plan.ts';
import { recordDataset } from '../../db/queries/datasets.ts';
import { freezeDataset as freezeRows } from '../../domain/dataset/freeze.ts';
import { profileOf } from '../../domain/dataset/profile.ts';
import { estimateFrozen } from '../cost/estimate.ts';
import type { ActivityDeps } from '../deps.ts';
import { withMappedErrors } from '../errors.ts';
import { keepBeating, partReporter } from '../progress.ts';
import { loadSuites } from '../evaluation/suites.ts';
import { loadRun } from '../run/spec.ts';
import type { DatasetManifest } from './manifest.ts';
import { championDataset } from './champion-rows.ts';
import { prepareSources } from './prepare-sources.ts';
import { withoutSemanticDuplicates } from './semantic.ts';
import { taskShape } from './sources.ts';

export const createDatasetActivities = (deps: ActivityDeps) =>
  withMappedErrors({
    async freezeDataset({ run }: { run: string }): Promise<FrozenDataset> {
      const stop = keepBeating();
      const folder = await mkdtemp(join(tmpdir(), 'tunegate-dataset-'));
      const reporter = partReporter(deps.db, { run, stage: 'dataset', part: 'rows', unit: 'rows' });
      try {
        const context = await loadRun(deps, run);
        const { spec } = context;
        // A broken suite is told before anything is spent.
        await loadSuites(deps, context, null);
        const champion = await championDataset(deps, spec.deployment.endpoint);
        const {
          prepared: byWords,
          origin,
          files,
        } = await prepareSources(deps, { spec, files: context.files, champion }, folder, (p) =>
          reporter.report({ done: p.done, total: p.total, detail: p.step }),
        );
        const prepared = await withoutSemanticDuplicates(deps, byWords, spec.dataset.semanticDuplicate, reporter.report);
        const task = await taskShape(deps, spec, files, prepared.labels);
        const { hash, lines, manifest: frozen } = freezeRows(prepared, task.type === 'extraction' ? task.schema : undefined);
        const [train, validation, test, findings] = [
          await deps.store.putStream(lines('train')),
          await deps.store.putStream(lines('validation')),
          await deps.store.putStream(lines('test')),
          await deps.store.putJson(prepared.findings),
        ];
        const fresh = prepared.fresh.length > 0 ? { fresh: await deps.store.putStream(lines('fresh')) } : {};
        const { rows } = frozen;
        const manifest: DatasetManifest = {
          version: 1,
          train,
          validation,
          test,
          ...fresh,
          task,
          rows,
          dropped: prepared.dropped,
          redacted: prepared.redacted,
          synthetic: 0,
          read: prepared.read,
          findings,
          balance: prepared.balance,
          profile: await deps.store.putJson(profileOf(prepared)),
          ...origin,
        };
        await recordDataset(deps.db, { run, hash, name: spec.name, manifest, testHash: test });
        reporter.report({
          done: prepared.read,
          total: prepared.read,
          detail: `${rows.train} train · ${rows.validation} validation · ${rows.test} test${rows.fresh ? ` · ${rows.fresh} fresh` : ''}`,
        });
        const dataset: FrozenDataset = { hash, train, validation, test, rows, ...fresh };
        // A run does not fail for want of a forecast.
        await estimateFrozen(deps, run, dataset).catch(() => undefined);
        return dataset;
      } finally {
        stop();
        await reporter.flush();
        await rm(folder, { recursive: true, force: true });
      }
    },
  });

export type DatasetActivities = ReturnType<typeof createDatasetActivities>;
