import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { ReportFormat } from '../../client/runs.ts';
import type { ListedRows, ReportData } from '../../domain/report/report-data.ts';
import { connect } from '../connect.ts';
import { writeText } from '../files/write-text.ts';
import { command } from '../console/common-options.ts';
import { programName } from '../console/program-name.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { styleOf } from '../console/style.ts';
import { rowLines } from '../view/rows.ts';
import { reportLines } from '../view/report.ts';
import { viewWidth } from '../view/run-view.ts';

interface ReportOptions extends CommonOptions {
  readonly html?: string;
  readonly markdown?: string;
  readonly record?: string;
  readonly rows?: 'wrong' | 'changed';
}

/** With `--json` everything that the page shows; with a file that, and the terminal says where it lies. */
export const reportCommand = (): Command =>
  command('report', 'show what was decided, why, and on what evidence', [
    'npx tunegate report latest',
    'npx tunegate report latest --html report.html',
    'npx tunegate report latest --markdown comment.md',
    'npx tunegate report latest --rows wrong',
    'npx tunegate report latest --json > report.json',
  ])
    .argument('[run]', 'an id, the beginning of one, or latest', 'latest')
    .option('--html <file>', 'write one page that needs no network, to read, print or send')
    .option('--markdown <file>', 'write a comment for a pull request')
    .option('--record <file>', 'write the signed decision record, for `tunegate verify`')
    .addOption(new Option('--rows <which>', 'list test rows: those answered wrongly, or changed against the champion').choices(['wrong', 'changed']))
    .action((run: string, options: ReportOptions) =>
      finish(async () => {
        const { runs } = await connect();
        if (options.rows) {
          const listed = JSON.parse(await runs.rows(run, options.rows)) as ListedRows;
          return { document: listed, lines: rowLines(listed, styleOf(process.stdout)) };
        }
        const files = (['html', 'markdown', 'record'] as const).flatMap((format) =>
          options[format] ? [{ format, file: resolve(options[format]) }] : [],
        );
        for (const { format, file } of files) await writeText(file, await runs.report(run, format));
        const [status, text] = await Promise.all([runs.status(run), runs.report(run, 'json' satisfies ReportFormat)]);
        const frame = { width: viewWidth(process.stdout.columns), now: Date.now(), tick: 0, style: styleOf(process.stdout), program: programName() };
        const lines =
          files.length > 0
            ? files.map(({ file, format }) => `The ${format === 'record' ? 'record' : 'report'} is in ${file}`)
            : reportLines(status, frame);
        return { document: JSON.parse(text) as ReportData, lines };
      }, options),
    );
