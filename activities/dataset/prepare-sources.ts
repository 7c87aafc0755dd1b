import type { StartRunRequest } from '../../contracts/api.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { tokenLimit } from '../../domain/dataset/check-texts.ts';
import { languageDetector } from '../../domain/dataset/detect-language.ts';
import type { ChampionRows } from '../../domain/dataset/hold-out-fresh.ts';
import { type PreparedDataset, prepareDataset, type Progress } from '../../domain/dataset/prepare.ts';
import type { ActivityDeps } from '../deps.ts';
import { originOf, readFrozenTest } from './frozen-test.ts';
import { withOutsideFiles } from './snapshot.ts';
import { readSources } from './sources.ts';

/** Reads the files of a spec and prepares its rows, beside the test set that was frozen before and the rows that the champion had. @param folder for large files */
export async function prepareSources(
  deps: Pick<ActivityDeps, 'db' | 'store' | 'cost'>,
  { spec, files: uploaded, champion }: { spec: PipelineSpec; files: StartRunRequest['files']; champion: ChampionRows | null },
  folder: string,
  onProgress?: Progress,
): Promise<{ prepared: PreparedDataset; origin: ReturnType<typeof originOf>; files: StartRunRequest['files'] }> {
  const files = await withOutsideFiles(deps, spec, uploaded);
  const sources = await readSources(deps, spec, files, folder);
  const origin = originOf(spec, files);
  const frozenTest = await readFrozenTest(deps, spec.name, origin);
  const { task, dataset, evaluation } = spec;
  const limits = {
    tokens: tokenLimit(spec.candidates.tuned, ({ provider, base }) => deps.cost.prices.find(provider, base)?.contextTokens ?? null),
    detectLanguage: await languageDetector(),
  };
  const input = { task, dataset, slices: evaluation.slices, groupBy: dataset.split.groupBy ?? null, sources, frozenTest, champion, limits };
  return { prepared: prepareDataset(input, onProgress), origin, files };
}
