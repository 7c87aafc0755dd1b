import type { Command } from 'commander';
import { TunegateError } from '../../contracts/errors.ts';
import { isLocal } from '../../domain/spec/spec-files.ts';
import { connectOrStart } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { styleOf } from '../console/style.ts';
import { prepareLocally, schemaOf } from '../files/check-locally.ts';
import { frozenTestOf } from '../files/frozen-test.ts';
import { readPipeline } from '../files/read-pipeline.ts';
import { estimateLines } from '../view/estimate.ts';

/** Prepares the rows here, as `dataset check` does, and has them counted and priced; nothing is started and nothing is spent. */
export const estimateCommand = (): Command =>
  command('estimate', 'say what a run would cost, without starting one', [
    'npx tunegate estimate pipeline.yaml',
    'npx tunegate estimate pipeline.yaml --json',
  ])
    .argument('<file>', 'the pipeline file')
    .action((file: string, options: CommonOptions) =>
      finish(async () => {
        const pipeline = await readPipeline(file);
        if (!isLocal(pipeline.spec.dataset.source))
          throw new TunegateError('not_supported', 'this source is read by the worker, not here', {
            where: `${file} (dataset.source)`,
            remedy: 'estimate an export of it, or start a run with a budget: it asks before it would pass it',
          });
        const client = await connectOrStart();
        const { train, validation, test, labels } = await prepareLocally(pipeline, { frozenTest: await frozenTestOf(pipeline) });
        const { spec } = pipeline;
        const task =
          spec.task.type === 'classification'
            ? { type: spec.task.type, labels }
            : spec.task.type === 'extraction'
              ? { type: spec.task.type, schema: (await schemaOf(pipeline)) ?? '{}' }
              : { type: spec.task.type };
        const document = await client.estimate({ spec, task, rows: { train, validation, test } });
        return { document, lines: estimateLines(document, styleOf(process.stdout)) };
      }, options),
    );
