import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { commands } from './commands/all.ts';

/** Every command under one name. Errors in a call are thrown, so that they are answered like all others. */
export function buildProgram(): Command {
  const program = new Command('tunegate')
    .description('From raw examples to an approved, served, fine-tuned model: one durable pipeline.')
    .version(manifest.version, '-V, --version')
    .usage('COMMAND [options]')
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nStart with `npm start`, or: tunegate run examples/support-triage/pipeline.yaml\nExit codes: 0 done, 1 failed, 2 bad input, 3 inconclusive, 4 rejected, 130 cancelled\n',
    );
  for (const make of commands) program.addCommand(make());
  quiet(program);
  return program;
}

/** Errors in the call are answered like all others: as a block, or as the one JSON document. */
function quiet(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: (text) => (isHelp(text) ? process.stderr.write(text) : undefined), outputError: () => {} });
  for (const child of command.commands) quiet(child);
}

const isHelp = (text: string): boolean => text.startsWith('Usage:');
