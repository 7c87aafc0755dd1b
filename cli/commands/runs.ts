import type { Command } from 'commander';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { styleOf } from '../console/style.ts';
import { table } from '../console/table.ts';
import { wholeNumber } from '../console/whole-number.ts';

interface Options extends CommonOptions {
  readonly limit: string;
  readonly name?: string;
}

export const runsCommand = (): Command =>
  command('runs', 'list runs, newest first', ['npx tunegate runs', 'npx tunegate runs --name support-triage --limit 5 --json'])
    .option('--limit <n>', 'how many', '20')
    .option('--name <name>', 'only of this pipeline')
    .action((options: Options) =>
      finish(async () => {
        const limit = wholeNumber('--limit', options.limit, 'runs');
        const client = await connect();
        const runs = await client.runs.list({ limit, ...(options.name ? { name: options.name } : {}) });
        const rows = runs.map((r) => [r.run, r.outcome ?? r.state.replaceAll('-', ' '), r.createdAt.slice(0, 16).replace('T', ' ')]);
        return {
          document: runs,
          lines: rows.length === 0 ? [' there is no run yet'] : table(['run', 'state', 'started (UTC)'], rows, styleOf(process.stdout)),
        };
      }, options),
    );
