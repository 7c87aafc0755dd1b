import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Client } from '../../client/index.ts';
import type { ReviewDocument, ReviewedRow, ReviewVerdict } from '../../contracts/dataset.ts';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { openKeys } from '../console/read-key.ts';
import { type CommonOptions, finish, say } from '../console/result.ts';
import { plural } from '../console/text.ts';

interface Options extends CommonOptions {
  readonly as: string;
  readonly all?: boolean;
  readonly list?: boolean;
}

const verdicts: Readonly<Record<string, ReviewVerdict>> = { a: 'approved', r: 'rejected' };

export const datasetReviewCommand = (): Command =>
  command('review', 'read synthetic rows one by one: a approves, r rejects, s skips, b goes back, q stops', [
    'npx tunegate dataset review latest --as ada',
    'npx tunegate dataset review latest --list --json',
  ])
    .argument('[dataset]', 'its hash, or a run: an id, the beginning of one, or latest', 'latest')
    .option('--as <name>', 'who reads', userInfo().username)
    .option('--all', 'also the rows that somebody has judged already')
    .option('--list', 'only list them')
    .action((ref: string, options: Options) =>
      finish(async () => {
        const client = await connect();
        let document = await client.datasets.review(ref);
        if (!options.list) document = await review(client, document, options);
        return { document, lines: [summary(document)] };
      }, options),
    );

/** Each word is kept at once: who stops half-way goes on there the next time. */
async function review(client: Client, start: ReviewDocument, { as, all }: Options): Promise<ReviewDocument> {
  let document = start;
  const open = start.rows.filter(({ verdict }) => all || verdict === null);
  const keys = openKeys();
  try {
    for (let i = 0; i < open.length; ) {
      const row = open[i] as ReviewedRow;
      show(row, `${i + 1} of ${open.length}`);
      const key = await keys.next('arsbq');
      if (key === null || key === 'q') break;
      const verdict = verdicts[key];
      if (verdict) document = await client.datasets.judgeRow(document.dataset, { by: as, hash: row.hash, verdict });
      i = key === 'b' ? Math.max(0, i - 1) : i + 1;
    }
  } finally {
    keys.close();
  }
  return document;
}

function show({ row, verdict, by }: ReviewedRow, place: string): void {
  const { generator, seed, document, span } = row.origin ?? {};
  const from = [generator, seed, document].filter(Boolean).join(' · ');
  say(
    [
      '',
      ` ${place}  ${from}${verdict === null ? '' : `  (${verdict} by ${String(by)})`}`,
      `   ${row.input.replace(/\s+/g, ' ')}`,
      `   → ${row.output.replace(/\s+/g, ' ')}`,
      ...(row.rejected === undefined ? [] : [`   ✗ ${row.rejected.replace(/\s+/g, ' ')}`]),
      ...(span === undefined ? [] : [`   “${span}”`]),
      ' [a] approve  [r] reject  [s] skip  [b] back  [q] stop',
    ].join('\n'),
  );
}

const summary = ({ name, rows, approved, rejected }: ReviewDocument): string =>
  ` ${name}: ${plural(rows.length, 'synthetic row')}, ${approved} approved, ${rejected} rejected, ${rows.length - approved - rejected} unread. Rejected rows are left out of the next run.`;
