import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';

interface Options extends CommonOptions {
  readonly as: string;
  readonly comment?: string;
  readonly acknowledge?: string[];
  readonly artifact?: string;
  readonly tokenFile?: string;
}

/** Names the artifact that waits now, unless the person names the one that they saw. */
export const approveCommand = (): Command =>
  command('approve', 'approve the artifact that a run has evaluated', [
    'npx tunegate approve latest --as ada',
    'npx tunegate approve support-triage --as ada --comment "checked the mistakes" --acknowledge "safety: may be worse by 0.01"',
  ])
    .argument('<run>', 'an id, the beginning of one, or latest')
    .requiredOption('--as <name>', 'who approves; stands in the record')
    .option('--comment <text>', 'stands in the record')
    .option('--acknowledge <warnings...>', 'warnings of the gate that you name and accept')
    .option('--token-file <file>', 'a JWT of the configured issuer, bound to decision and evidence; - reads it from stdin')
    .option('--artifact <ref>', 'the artifact that you saw; refused as stale when another one waits')
    .action((run: string, options: Options) =>
      finish(async () => {
        const client = await connect();
        const status = await client.runs.status(run);
        const artifact = (options.artifact as `sha256:${string}` | undefined) ?? status.decision?.artifact ?? null;
        const receipt = await client.runs.approve(status.run, {
          by: options.as,
          comment: options.comment ?? null,
          artifact,
          acknowledge: options.acknowledge ?? [],
          ...(options.tokenFile === undefined ? {} : { token: readFileSync(options.tokenFile === '-' ? 0 : options.tokenFile, 'utf8').trim() }),
        });
        const more = receipt.remaining > 0 ? `; ${receipt.remaining} more must approve` : '';
        return {
          document: { run: status.run, decision: 'approve', by: options.as, artifact, ...receipt },
          lines: [` approved ${status.run} as ${options.as}${more}`],
        };
      }, options),
    );
