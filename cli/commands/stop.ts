import type { Command } from 'commander';
import { tunegateHome } from '../../workers/setup/paths.ts';
import { stopStack } from '../../workers/stack/stop.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish, say } from '../console/result.ts';

/** Ends every process of this home. Runs under way go on at the next start. */
export const stopCommand = (): Command =>
  command('stop', 'stop the stack; open runs go on at the next start', ['npx tunegate stop']).action((options: CommonOptions) =>
    finish(async () => {
      const stopped = await stopStack(tunegateHome(), { onProgress: (part) => say(` ✓ ${part} stopped`) });
      return { document: { stopped }, lines: stopped.length === 0 ? [' nothing runs here'] : [] };
    }, options),
  );
