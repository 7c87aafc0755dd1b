import type { Command } from 'commander';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { programName } from '../console/program-name.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { styleOf } from '../console/style.ts';
import { runLines, viewWidth } from '../view/run-view.ts';

export const statusCommand = (): Command =>
  command('status', 'show where a run stands', ['npx tunegate status latest', 'npx tunegate status support-triage --json'])
    .argument('[run]', 'an id, the beginning of one, or latest', 'latest')
    .action((run: string, options: CommonOptions) =>
      finish(async () => {
        const status = await (await connect()).runs.status(run);
        const frame = { width: viewWidth(process.stdout.columns), now: Date.now(), tick: 0, style: styleOf(process.stdout), program: programName() };
        return { document: status, lines: runLines(status, frame) };
      }, options),
    );
