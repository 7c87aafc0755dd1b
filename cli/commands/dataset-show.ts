import type { Command } from 'commander';
import type { DatasetVersionDocument } from '../../contracts/dataset.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { Row, Side } from '../../contracts/rows.ts';
import type { Finding } from '../../contracts/run.ts';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { type Style, styleOf } from '../console/style.ts';
import { table } from '../console/table.ts';
import { count, plural, shorten } from '../console/text.ts';
import { wholeNumber } from '../console/whole-number.ts';
import { readRowsOf } from '../files/frozen-test.ts';
import { findingLine, funnelLines } from '../view/dataset.ts';

interface Options extends CommonOptions {
  readonly rows: string;
  readonly side: string;
  readonly row?: string;
}

const sides: readonly Side[] = ['train', 'validation', 'test', 'fresh'];
const shownRows = 5;

/** What `dataset show --json` prints: the version, and the rows that were asked for with where each comes from. */
interface ShowDocument extends DatasetVersionDocument {
  readonly shown: readonly (Row & { readonly side: Side; readonly findings: readonly Finding[] })[];
}

export const datasetShowCommand = (): Command =>
  command('show', 'show a frozen dataset: what it holds, what was dropped, and where each row comes from', [
    'npx tunegate dataset show latest',
    'npx tunegate dataset show sha256:3f2a9c1e --side test --rows 20',
    'npx tunegate dataset show latest --row messages.csv:17',
  ])
    .argument('[dataset]', 'its hash, or a run: an id, the beginning of one, or latest', 'latest')
    .option('--rows <n>', 'how many rows of the side to show', String(shownRows))
    .option('--side <side>', 'train, validation, test, or fresh: held out beside a champion', 'train')
    .option('--row <id>', 'only this row, as file:line, with everything that was done to it')
    .action((ref: string, options: Options) =>
      finish(async () => {
        const side = sides.find((name) => name === options.side);
        if (side === undefined)
          throw new TunegateError('bad_spec', `there is no side '${options.side}'`, { where: '--side', remedy: `choose one of ${sides.join(', ')}` });
        const client = await connect();
        const dataset = await client.datasets.get(ref);
        const findings = JSON.parse(Buffer.from(await client.artifacts.get(dataset.findings)).toString('utf8')) as Finding[];
        const wanted = options.row === undefined ? [side] : sides;
        const rows = (
          await Promise.all(
            wanted.map(async (name) => {
              const ref = dataset[name];
              return (ref === undefined ? [] : await readRowsOf(client, ref)).map((row) => ({ ...row, side: name }));
            }),
          )
        ).flat();
        const chosen =
          options.row === undefined ? rows.slice(0, wholeNumber('--rows', options.rows, 'rows')) : rows.filter((row) => row.id === options.row);
        const ofRow = options.row === undefined ? [] : findings.filter(({ file, line }) => `${file}:${line}` === options.row?.replace(/#\d+$/, ''));
        if (options.row !== undefined && chosen.length === 0 && ofRow.length === 0)
          throw new TunegateError('not_found', `no row of this dataset is ${options.row}, and none was dropped there`, {
            where: options.row,
            remedy: 'write it as file:line, as `dataset check` shows it',
          });
        const shown = chosen.map((row) => ({ ...row, findings: findings.filter(({ file, line }) => file === row.file && line === row.line) }));
        const document: ShowDocument = { ...dataset, shown };
        return { document, lines: linesOf(document, ofRow, styleOf(process.stdout)) };
      }, options),
    );

function linesOf(document: ShowDocument, ofRow: readonly Finding[], style: Style): string[] {
  const width = Math.min(120, process.stdout.columns ?? 100);
  const balance = Object.entries(document.balance);
  const shownFindings = new Set(document.shown.flatMap((row) => row.findings));
  return [
    ...funnelLines(document, { width, style, now: 0, tick: 0, program: '' }),
    '',
    ` ${style.strong(document.name)} ${style.dim(document.hash)}`,
    ` ${style.dim(`${document.createdAt.slice(0, 16).replace('T', ' ')} UTC · ${plural(document.runs.length, 'run')}: ${document.runs.join(', ')}`)}`,
    ...(balance.length > 0
      ? [
          '',
          ...table(
            ['label', 'train', 'validation', 'test'],
            balance.map(([label, n]) => [label, count(n.train), count(n.validation), count(n.test)]),
            style,
          ),
        ]
      : []),
    '',
    ...document.shown.flatMap((row) => [
      ` ${style.strong(row.id)} ${style.dim(
        `${row.side}${row.group === null ? '' : ` · from ${row.group}`}${row.weight === 1 ? '' : ` · weight ${row.weight.toFixed(2)}`}${
          row.origin === null
            ? ''
            : ` · ${Object.entries(row.origin)
                .map(([key, value]) => `${key} ${value}`)
                .join(' · ')}`
        }`,
      )}`,
      `   ${shorten(row.input.replace(/\s+/g, ' '), width - 4)}`,
      `   ${style.active(`→ ${shorten(row.output.replace(/\s+/g, ' '), width - 6)}`)}`,
      ...row.findings.map((finding) => findingLine(finding, style)),
    ]),
    ...ofRow.filter((finding) => !shownFindings.has(finding)).map((finding) => findingLine(finding, style)),
  ];
}
