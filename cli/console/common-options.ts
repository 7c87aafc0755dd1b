import { Command } from 'commander';

/** A command with the options that every one has, and with examples under its help. */
export function command(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'print exactly one JSON document on standard output, also on failure')
    .option('--debug', 'print where an error comes from')
    .addHelpText('after', `\nExamples:\n${examples.map((e) => `  $ ${e}`).join('\n')}\n`)
    .showSuggestionAfterError();
}
