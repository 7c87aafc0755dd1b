import type { Command } from 'commander';
import { hashSpec } from '../../domain/spec/hash-spec.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { localFiles } from '../files/collect-files.ts';
import { readPipeline } from '../files/read-pipeline.ts';

/** Checks the file and that what it names exists; needs no stack. */
export const validateCommand = (): Command =>
  command('validate', 'check a pipeline file without starting anything', ['npx tunegate validate pipeline.yaml'])
    .argument('<file>', 'the pipeline file')
    .action((file: string, options: CommonOptions) =>
      finish(async () => {
        const pipeline = await readPipeline(file);
        const files = await localFiles(pipeline);
        const specHash = hashSpec(pipeline.spec);
        return {
          document: { valid: true, name: pipeline.spec.name, specHash, files: files.map(({ path, role }) => ({ path, role })) },
          lines: [` ${file} is valid: ${pipeline.spec.name}, ${files.length} ${files.length === 1 ? 'file' : 'files'}`],
        };
      }, options),
    );
