import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../../../cli/program.ts';

const leaves = (command: Command, path: string): [string, Command][] =>
  command.commands.length === 0 ? [[path, command]] : command.commands.flatMap((child) => leaves(child, `${path} ${child.name()}`.trim()));

function helpOf(command: Command): string {
  let text = '';
  command
    .configureOutput({
      writeOut: (t) => {
        text += t;
      },
    })
    .outputHelp();
  return text;
}

describe('every command', () => {
  for (const [name, command] of leaves(buildProgram(), '')) {
    test(`${name} takes --json and shows examples of itself`, () => {
      expect(command.options.map((o) => o.long)).toContain('--json');
      expect(helpOf(command)).toMatch(name === 'demo' ? /\$ npm start/ : new RegExp(`Examples:\\n {2}\\$ (\\w+=\\S+ )?npx tunegate ${name}`));
    });
  }
});
