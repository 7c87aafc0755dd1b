/** The command line. Each command is a file in `commands/`; this one only knows their names. */
import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { TunegateError } from '../contracts/errors.ts';
import { commands } from './commands/all.ts';
import { fail } from './console/result.ts';

const isJson = process.argv.includes('--json');

export function buildProgram(): Command {
  const program = new Command('tunegate')
    .description('From raw examples to an approved, served, fine-tuned model: one durable pipeline.')
    .version(manifest.version, '-V, --version')
    .usage('COMMAND [options]')
    .showSuggestionAfterError()
    .addHelpText('after', '\nStart with `npm start`, or: tunegate run examples/support-triage/pipeline.yaml\nExit codes: 0 done, 1 failed, 2 bad input, 3 inconclusive, 4 rejected, 130 cancelled\n');
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

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) await fail(error, { json: isJson, debug: process.argv.includes('--debug') });
  else if (error.exitCode === 0) process.exit(0);
  else if (error.code === 'commander.help') process.exit(2);
  else {
    const [said = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
    const remedy = rest.join(' ').replace(/[()]/g, '').trim();
    await fail(new TunegateError('bad_spec', said, { where: `tunegate ${process.argv.slice(2).join(' ')}`, remedy: remedy || 'see: npx tunegate --help' }), { json: isJson });
  }
}
