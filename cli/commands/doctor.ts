import type { Command } from 'commander';
import { tunegateHome } from '../../workers/setup/paths.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { styleOf } from '../console/style.ts';
import { padEnd } from '../console/text.ts';
import { examine } from '../doctor/examine.ts';

/** Exit code 1 when something is wrong that keeps the stack from working. */
export const doctorCommand = (): Command =>
  command('doctor', 'check what the stack needs and whether its parts answer', ['npx tunegate doctor', 'npx tunegate doctor --json']).action(
    (options: CommonOptions) =>
      finish(async () => {
        const style = styleOf(process.stdout);
        const checks = await examine(tunegateHome());
        const marks = { ok: style.good('✓'), absent: style.dim('○'), wrong: style.bad('✗') };
        const lines = checks.flatMap((c) => [
          ` ${marks[c.state]} ${padEnd(c.name, 16)} ${c.found}`,
          ...(c.remedy ? [`   ${' '.repeat(16)} ${style.dim(`do: ${c.remedy}`)}`] : []),
        ]);
        return {
          document: { healthy: checks.every((c) => c.state !== 'wrong'), checks },
          lines,
          exitCode: checks.some((c) => c.state === 'wrong') ? 1 : 0,
        };
      }, options),
  );
