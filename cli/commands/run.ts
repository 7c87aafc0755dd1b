import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { checkLocally } from '../files/check-locally.ts';
import { hashFiles } from '../files/collect-files.ts';
import { readPipeline } from '../files/read-pipeline.ts';
import { uploadFiles } from '../files/upload-files.ts';
import { connectOrStart } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { programName } from '../console/program-name.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { followRun } from '../follow.ts';
import { exitCodeOfRun } from '../run-exit.ts';

interface Options extends CommonOptions {
  readonly wait?: boolean;
  readonly approveAs?: string;
  readonly acknowledge?: string[];
  readonly idempotencyKey?: string;
}

/** Everything that can be found wrong here is found before anything is started or sent. */
export const runCommand = (): Command =>
  command('run', 'run a pipeline file', [
    'npx tunegate run pipeline.yaml',
    'npx tunegate run pipeline.yaml --wait --approve-as ada --json',
    'npx tunegate run pipeline.yaml --idempotency-key nightly-2026-11-22',
  ])
    .argument('<file>', 'the pipeline file, YAML or JSON')
    .option('--wait', 'follow the run to its end; the exit code tells the outcome')
    .option('--approve-as <name>', 'approve in this name when the gate asks (implies --wait)')
    .option('--acknowledge <warnings...>', 'warnings that --approve-as names and accepts')
    .option('--idempotency-key <key>', 'triggers with the same key join one open run')
    .action((file: string, options: Options) =>
      finish(async () => {
        const pipeline = await readPipeline(file);
        const files = await hashFiles(pipeline);
        await checkLocally(pipeline);
        const client = await connectOrStart();
        await uploadFiles(client, files);
        const started = await client.runs.start({
          spec: pipeline.spec,
          files,
          baseDir: pipeline.dir,
          idempotencyKey: options.idempotencyKey ?? null,
          requestedBy: userInfo().username,
        });
        if (!options.wait && options.approveAs === undefined) {
          return {
            document: started,
            lines: [` ${started.joined ? 'joined' : 'started'} ${started.run}`, ` follow it with: ${programName()} watch ${started.run}`],
          };
        }
        const view = options.json ? process.stderr : process.stdout;
        const ended = await followRun(client, started.run, {
          approveAs: options.approveAs,
          acknowledge: options.acknowledge ?? [],
          view,
          json: options.json,
        });
        return { document: ended.document, lines: [], exitCode: exitCodeOfRun(ended.outcome, ended.document.error) };
      }, options),
    );
