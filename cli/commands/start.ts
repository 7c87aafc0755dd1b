import type { Command } from 'commander';
import { tunegateHome } from '../../workers/setup/paths.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish, say } from '../console/result.ts';
import { bringUpStack } from '../stack-progress.ts';

/** Starts what does not run. The server resumes open runs by itself. */
export const startCommand = (): Command =>
  command('start', 'start the stack, or join it, and resume open runs', ['npx tunegate start', 'TUNEGATE_PORT=8080 npx tunegate start']).action(
    (options: CommonOptions) =>
      finish(async () => {
        const stack = await bringUpStack(tunegateHome(), say);
        const document = {
          home: stack.home,
          api: stack.apiUrl,
          gateway: stack.gatewayUrl,
          temporal: stack.temporalAddress,
          temporalUi: stack.temporalUi,
          started: stack.started,
        };
        return {
          document,
          lines: [
            ` API        ${document.api}`,
            ` gateway    ${document.gateway}`,
            ...(document.temporalUi ? [` Temporal   ${document.temporalUi}`] : []),
            ` state      ${document.home}`,
          ],
        };
      }, options),
  );
