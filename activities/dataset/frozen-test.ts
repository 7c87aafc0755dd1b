import type { StartRunRequest } from '../../contracts/api.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { Row } from '../../contracts/rows.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { firstOfTest } from '../../db/queries/datasets.ts';
import { inputsOf, testIdentityOf } from '../../domain/dataset/test-identity.ts';
import type { ActivityDeps } from '../deps.ts';
import type { DatasetManifest } from './manifest.ts';
import { readRows } from './rows.ts';
import { filesOf } from './sources.ts';

type Origin = Required<Pick<DatasetManifest, 'testIdentity' | 'inputs'>>;

/** By what and from what the test set of this spec is split. */
export function originOf(spec: PipelineSpec, files: StartRunRequest['files']): Origin {
  const sources = filesOf(files, spec.dataset.source).map(({ name, file }) => ({ name, ref: file.ref }));
  return { testIdentity: testIdentityOf(spec), inputs: inputsOf(sources) };
}

/**
 * The test set that an earlier version of this pipeline's dataset froze; null where there is none, or where the content is the one it was split from:
 * there it comes out again by itself, so that the same input gives the same hash.
 */
export async function readFrozenTest(
  deps: Pick<ActivityDeps, 'db' | 'store'>,
  name: string,
  { testIdentity, inputs }: Origin,
): Promise<readonly Row[] | null> {
  const first = testIdentity === null ? null : await firstOfTest(deps.db, name, testIdentity);
  if (first === null) return null;
  const manifest = first.manifest as DatasetManifest;
  return manifest.inputs === inputs ? null : readRows(deps, manifest.test as ArtifactRef);
}
