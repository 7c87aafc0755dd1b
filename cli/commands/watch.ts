import type { Command } from 'commander';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { followRun } from '../follow.ts';
import { exitCodeOfRun } from '../run-exit.ts';

/** Watching decides nothing: it never asks, it only shows the question. */
export const watchCommand = (): Command =>
  command('watch', 'follow a run live until it ends', ['npx tunegate watch latest', 'npx tunegate watch latest | tee run.log'])
    .argument('[run]', 'an id, the beginning of one, or latest', 'latest')
    .action((run: string, options: CommonOptions) =>
      finish(async () => {
        const client = await connect();
        const { run: id } = await client.runs.status(run);
        const ended = await followRun(client, id, { view: options.json ? process.stderr : process.stdout, mayAsk: false, json: options.json });
        return { document: ended.document, lines: [], exitCode: exitCodeOfRun(ended.outcome, ended.document.error) };
      }, options),
    );
