import type { Command } from 'commander';
import { TunegateError } from '../../contracts/errors.ts';
import type { DatasetCheckDocument } from '../../contracts/run.ts';
import { checkDocument } from '../../domain/dataset/check-document.ts';
import { isLocal } from '../../domain/spec/spec-files.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { type Style, styleOf } from '../console/style.ts';
import { plural } from '../console/text.ts';
import { championRowsOf } from '../files/champion-rows.ts';
import { prepareLocally, schemaOf } from '../files/check-locally.ts';
import { frozenTestOf } from '../files/frozen-test.ts';
import { readPipeline } from '../files/read-pipeline.ts';
import { findingLine, funnelLines } from '../view/dataset.ts';

interface Options extends CommonOptions {
  readonly all?: boolean;
}

const shown = 20;

export const datasetCheckCommand = (): Command =>
  command('check', 'say what a run would drop, redact and warn of, without starting one', [
    'npx tunegate dataset check pipeline.yaml',
    'npx tunegate dataset check pipeline.yaml --all',
    'npx tunegate dataset check pipeline.yaml --json',
  ])
    .argument('<file>', 'the pipeline file')
    .option('--all', `list every finding, not only the first ${shown}`)
    .action((file: string, options: Options) =>
      finish(async () => {
        const pipeline = await readPipeline(file);
        if (!isLocal(pipeline.spec.dataset.source)) {
          throw new TunegateError('not_supported', 'this source is read by the worker, not here', {
            where: `${file} (dataset.source)`,
            remedy: 'check an export of it, or start a run: the dataset stage finds the same',
          });
        }
        const [frozenTest, champion, schema] = [await frozenTestOf(pipeline), await championRowsOf(pipeline), await schemaOf(pipeline)];
        const document = checkDocument(await prepareLocally(pipeline, { frozenTest, champion }), schema);
        return { document, lines: linesOf(document, options.all ?? false, styleOf(process.stdout)) };
      }, options),
    );

function linesOf(document: DatasetCheckDocument, isAll: boolean, style: Style): string[] {
  const width = Math.min(120, process.stdout.columns ?? 100);
  const listed = isAll ? document.findings : document.findings.slice(0, shown);
  const rest = document.findings.length - listed.length;
  return [
    ...funnelLines(document, { width, style, now: 0, tick: 0, program: '' }),
    '',
    ` ${plural(document.findings.length, 'finding')}${rest > 0 ? `, the first ${shown}:` : document.findings.length > 0 ? ':' : ''}`,
    ...listed.map((finding) => findingLine(finding, style)),
    ...(rest > 0 ? [style.dim(`   … and ${rest} more: add --all`)] : []),
  ];
}
