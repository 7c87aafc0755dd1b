import type { Command } from 'commander';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { programName } from '../console/program-name.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { styleOf } from '../console/style.ts';
import { reportLines } from '../view/report.ts';
import { viewWidth } from '../view/run-view.ts';

export const reportCommand = (): Command =>
  command('report', 'show what was decided, why, and on what evidence', ['npx tunegate report latest', 'npx tunegate report latest --json > report.json'])
    .argument('[run]', 'an id, the beginning of one, or latest', 'latest')
    .action((run: string, options: CommonOptions) => finish(async () => {
      const status = await (await connect()).runs.report(run);
      const frame = { width: viewWidth(process.stdout.columns), now: Date.now(), tick: 0, style: styleOf(process.stdout), program: programName() };
      return { document: { ...status.document, ...status.report }, lines: reportLines(status, frame) };
    }, options));
