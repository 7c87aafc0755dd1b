import type { Command } from 'commander';
import { explainSpec } from '../../domain/spec/explain-spec.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { readPipeline } from '../files/read-pipeline.ts';

export const explainCommand = (): Command =>
  command('explain', 'print a pipeline file with every default filled in', [
    'npx tunegate explain pipeline.yaml',
    'npx tunegate explain pipeline.yaml --json',
  ])
    .argument('<file>', 'the pipeline file')
    .action((file: string, options: CommonOptions) =>
      finish(async () => {
        const { spec } = await readPipeline(file, { isShown: true });
        return { document: spec, lines: explainSpec(spec).trimEnd().split('\n') };
      }, options),
    );
