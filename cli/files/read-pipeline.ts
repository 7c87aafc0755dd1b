import { dirname, resolve } from 'node:path';
import { TunegateError } from '../../contracts/errors.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { decodeText } from '../../domain/dataset/decode.ts';
import { expandEnvironment } from '../../domain/spec/expand-environment.ts';
import { parsePipeline } from '../../domain/spec/parse-pipeline.ts';
import { readBytes } from './read-file.ts';

export interface Pipeline {
  readonly spec: PipelineSpec;
  readonly path: string;
  readonly dir: string;
}

const mostBytes = 1024 * 1024;

/**
 * Reads and checks a pipeline file, and fills `${NAME}` in its paths from the environment unless it is only to be shown.
 *
 * @throws TunegateError that names the line and the remedy
 */
export async function readPipeline(file: string, { isShown = false }: { isShown?: boolean } = {}): Promise<Pipeline> {
  const path = resolve(file);
  const bytes = await readBytes(path);
  if (bytes.byteLength > mostBytes) {
    throw new TunegateError('bad_spec', 'the pipeline file is larger than 1 MiB', {
      where: path,
      remedy: 'is this a data file? the pipeline file names it under dataset.source',
    });
  }
  const written = parsePipeline(decodeText(bytes, file), file);
  return { spec: isShown ? written : expandEnvironment(written, process.env), path, dir: dirname(path) };
}
