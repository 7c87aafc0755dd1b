import type { Command } from 'commander';
import type { DatasetVersionDocument } from '../../contracts/dataset.ts';
import { diffDatasets, type RowChange, type Sides } from '../../domain/dataset/diff-datasets.ts';
import type { Client } from '../../client/index.ts';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { type Style, styleOf } from '../console/style.ts';
import { count, shorten } from '../console/text.ts';
import { readRowsOf } from '../files/frozen-test.ts';

const shownChanges = 20;

export const datasetDiffCommand = (): Command =>
  command('diff', 'say which rows two versions of a dataset do not share, and which changed their side or their label', [
    'npx tunegate dataset diff sha256:3f2a9c1e latest',
    'npx tunegate dataset diff fine-tune/support-triage/3f2a9c1e/1 latest --json',
  ])
    .argument('<before>', 'a hash, or a run')
    .argument('[after]', 'a hash, or a run', 'latest')
    .action((before: string, after: string, options: CommonOptions) =>
      finish(async () => {
        const client = await connect();
        const [old, now] = await Promise.all([client.datasets.get(before), client.datasets.get(after)]);
        const diff = diffDatasets(await rowsOf(client, old), await rowsOf(client, now));
        const side = ({ hash, name, rows, dropped, synthetic }: DatasetVersionDocument) => ({ hash, name, rows, dropped, synthetic });
        const document = { before: side(old), after: side(now), ...diff };
        return { document, lines: linesOf(document, styleOf(process.stdout)) };
      }, options),
    );

async function rowsOf(client: Client, { train, validation, test, fresh }: DatasetVersionDocument): Promise<Sides> {
  return {
    train: await readRowsOf(client, train),
    validation: await readRowsOf(client, validation),
    test: await readRowsOf(client, test),
    ...(fresh ? { fresh: await readRowsOf(client, fresh) } : {}),
  };
}

type Document = ReturnType<typeof diffDatasets> & { readonly before: { readonly hash: string }; readonly after: { readonly hash: string } };

function linesOf(diff: Document, style: Style): string[] {
  const width = Math.min(120, process.stdout.columns ?? 100);
  const rest = diff.changes.length - shownChanges;
  return [
    ` ${style.dim(diff.before.hash)}`,
    ` ${style.dim(diff.after.hash)}`,
    '',
    ` ${count(diff.same)} rows are the same · ${style.good(`+${count(diff.added)}`)} added · ${style.warn(`−${count(diff.removed)}`)} removed · ${count(diff.moved)} moved to another side · ${count(diff.relabelled)} with another output`,
    ` ${diff.sameTest ? style.good('both are tested on the same rows') : style.warn('they are tested on different rows: their figures cannot be compared')}`,
    '',
    ...diff.changes.slice(0, shownChanges).map((change) => changeLine(change, width, style)),
    ...(rest > 0 ? [style.dim(`   … and ${count(rest)} more: see --json`)] : []),
  ];
}

function changeLine({ kind, row, from, to, input, before, after }: RowChange, width: number, style: Style): string {
  const how = kind === 'moved' ? `${from} → ${to}` : kind === 'relabelled' ? `${before} → ${after}` : (to ?? from ?? '');
  return `   ${kind} ${style.strong(row)} ${style.dim(how)}  ${shorten(input.replace(/\s+/g, ' '), Math.max(20, width - row.length - how.length - 20))}`;
}
