import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { TaskShape } from '../../contracts/artifact.ts';
import type { StartRunRequest } from '../../contracts/api.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { isParquet, parquetToJsonLines } from '../../db/sources/parquet.ts';
import { decodeText } from '../../domain/dataset/decode.ts';
import { parseSchema } from '../../domain/dataset/parse-schema.ts';
import { canonicalJson } from '../../domain/hash.ts';
import type { SourceText } from '../../domain/dataset/prepare.ts';
import type { ActivityDeps } from '../deps.ts';
import { fileChunks } from './file-chunks.ts';

type Files = StartRunRequest['files'];

/** Uploaded files that a path of the spec stands for: itself, or whatever its glob matched, in a fixed order. */
export function filesOf(files: Files, pattern: string): { name: string; file: Files[string] }[] {
  return Object.entries(files)
    .filter(([key]) => key === pattern || key.startsWith(`${pattern}#`))
    .map(([key, file]) => ({ name: key === pattern ? key : key.slice(pattern.length + 1), file }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Larger files are spooled to `folder` and read piece by piece. */
const mostBytesAtOnce = 64 * 1024 * 1024;

export async function readSources(deps: Pick<ActivityDeps, 'store'>, spec: PipelineSpec, files: Files, folder: string): Promise<SourceText[]> {
  const spool = async (ref: Files[string]['ref']): Promise<string> => {
    const path = join(folder, ref.slice('sha256:'.length));
    await pipeline(deps.store.open(ref), createWriteStream(path));
    return path;
  };
  const contentOf = async (name: string, { ref, bytes }: Files[string]): Promise<Pick<SourceText, 'text' | 'format'>> => {
    const start = spec.dataset.format === 'parquet' ? Buffer.from('PAR1') : await firstBytes(deps.store.open(ref));
    if (isParquet(name, start)) {
      const rows = join(folder, `${ref.slice('sha256:'.length)}.jsonl`);
      await parquetToJsonLines(await spool(ref), rows, name);
      return { text: () => fileChunks(rows), format: 'jsonl' };
    }
    if (bytes <= mostBytesAtOnce) return { text: decodeText(await deps.store.get(ref), name) };
    const path = await spool(ref);
    return { text: () => fileChunks(path) };
  };
  const read = async (pattern: string, role: SourceText['role']) => {
    const found = filesOf(files, pattern);
    if (found.length === 0)
      throw new TunegateError('file_missing', `no file was uploaded for '${pattern}'`, {
        where: pattern,
        remedy: 'start the run again from the folder of the pipeline file',
      });
    return Promise.all(found.map(async ({ name, file }) => ({ file: name, ...(await contentOf(name, file)), role })));
  };
  return [...(await read(spec.dataset.source, 'source')), ...(spec.dataset.test ? await read(spec.dataset.test, 'test') : [])];
}

async function firstBytes(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  for await (const chunk of content) return chunk.subarray(0, 16);
  return new Uint8Array();
}

/** The task as artifacts carry it: labels as found in the data unless the spec lists them, the schema as text. */
export async function taskShape(deps: Pick<ActivityDeps, 'store'>, spec: PipelineSpec, files: Files, labels: readonly string[]): Promise<TaskShape> {
  switch (spec.task.type) {
    case 'classification':
      return { type: 'classification', labels, ...(spec.task.outOfScope === undefined ? {} : { outOfScope: spec.task.outOfScope }) };
    case 'generation':
      return { type: 'generation' };
    case 'extraction': {
      if (typeof spec.task.schema !== 'string') return { type: 'extraction', schema: canonicalJson(spec.task.schema) };
      const file = filesOf(files, spec.task.schema)[0];
      if (!file) throw new TunegateError('file_missing', 'the schema file was not uploaded', { where: spec.task.schema });
      const text = decodeText(await deps.store.get(file.file.ref), spec.task.schema);
      return { type: 'extraction', schema: parseSchema(text, spec.task.schema) };
    }
  }
}
