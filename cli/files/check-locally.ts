import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { tokenLimit } from '../../domain/dataset/check-texts.ts';
import { decodeText } from '../../domain/dataset/decode.ts';
import { languageDetector } from '../../domain/dataset/detect-language.ts';
import { parseSchema } from '../../domain/dataset/parse-schema.ts';
import { canonicalJson } from '../../domain/hash.ts';
import type { ChampionRows } from '../../domain/dataset/hold-out-fresh.ts';
import type { Row } from '../../contracts/rows.ts';
import { type PreparedDataset, prepareDataset, type Progress, type SourceText } from '../../domain/dataset/prepare.ts';
import { isParquet, readParquet } from '../../workers/read-parquet.ts';
import { localFiles } from './collect-files.ts';
import { readBytes, unreadable } from './read-file.ts';
import type { Pipeline } from './read-pipeline.ts';

/** Beyond this the check would keep a person waiting; the dataset stage finds the same. */
const mostBytes = 8 * 1024 * 1024;

/**
 * Prepares the dataset here, so that a bad row, column or class is told at once and nothing was started for it.
 * Does nothing where data is large or lies elsewhere.
 */
export async function checkLocally(pipeline: Pipeline): Promise<void> {
  const data = (await localFiles(pipeline)).filter((f) => f.role === 'source' || f.role === 'test');
  const sizes = await Promise.all(
    data.map((f) =>
      stat(f.path).then(
        (s) => s.size,
        () => 0,
      ),
    ),
  );
  const isLarge = sizes.reduce((a, b) => a + b, 0) > mostBytes;
  if (data.some((f) => f.role === 'source') && !isLarge) await prepareLocally(pipeline);
}

/** @throws TunegateError as the dataset stage would */
export async function prepareLocally(
  pipeline: Pipeline,
  {
    frozenTest = null,
    champion = null,
    onProgress,
  }: { frozenTest?: readonly Row[] | null; champion?: ChampionRows | null; onProgress?: Progress } = {},
): Promise<PreparedDataset> {
  const { spec } = pipeline;
  const data = (await localFiles(pipeline)).filter((f) => f.role === 'source' || f.role === 'test');
  const sources = await Promise.all(
    data.map(async ({ key, path, role }): Promise<SourceText> => {
      const file = key.includes('#') ? key.slice(key.indexOf('#') + 1) : key;
      const bytes = await readFile(path).catch(async (cause: unknown) => {
        throw await unreadable(path, cause, basename(pipeline.path));
      });
      const side = role === 'test' ? 'test' : 'source';
      if (spec.dataset.format === 'parquet' || isParquet(file, bytes))
        return { file, text: await readParquet(path, file), format: 'jsonl', role: side };
      return { file, text: decodeText(bytes, file), role: side };
    }),
  );
  return prepareDataset(
    {
      task: spec.task,
      dataset: spec.dataset,
      slices: spec.evaluation.slices,
      groupBy: spec.dataset.split.groupBy ?? null,
      sources,
      frozenTest,
      champion,
      limits: { tokens: tokenLimit(spec.candidates.tuned), detectLanguage: await languageDetector() },
    },
    onProgress,
  );
}

/** The schema of an extraction task, which is part of what its dataset is. */
export async function schemaOf({ spec, dir, path }: Pipeline): Promise<string | undefined> {
  if (spec.task.type !== 'extraction') return undefined;
  const { schema } = spec.task;
  return typeof schema === 'string'
    ? parseSchema(decodeText(await readBytes(resolve(dir, schema), basename(path)), schema), schema)
    : canonicalJson(schema);
}
