/** The command line. Each command is a file in `commands/`; this one runs the one that was asked for. */
import { CommanderError } from 'commander';
import { TunegateError } from '../contracts/errors.ts';
import { fail } from './console/result.ts';
import { buildProgram } from './program.ts';

const options = { json: process.argv.includes('--json'), debug: process.argv.includes('--debug') };

// Whoever reads a pipe may have seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) await fail(error, options);
  else if (error.exitCode === 0) process.exit(0);
  else if (error.code === 'commander.help') process.exit(2);
  else {
    const [said = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
    const remedy = rest.join(' ').replace(/[()]/g, '').trim();
    await fail(
      new TunegateError('bad_spec', said, { where: `tunegate ${process.argv.slice(2).join(' ')}`, remedy: remedy || 'see: npx tunegate --help' }),
      options,
    );
  }
}
