import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createClient } from '../../client/index.ts';
import { checkoutRoot, tunegateHome } from '../../workers/setup/paths.ts';
import { keyOf } from '../connect.ts';
import { hashSpec } from '../../domain/spec/hash-spec.ts';
import { command } from '../console/common-options.ts';
import { programName } from '../console/program-name.ts';
import { type CommonOptions, finish, say } from '../console/result.ts';
import { styleOf } from '../console/style.ts';
import { askServedModel } from '../demo/ask-served-model.ts';
import { hashFiles } from '../files/collect-files.ts';
import { readPipeline } from '../files/read-pipeline.ts';
import { uploadFiles } from '../files/upload-files.ts';
import { followRun } from '../follow.ts';
import { bringUpStack } from '../stack-progress.ts';

interface Options extends CommonOptions {
  readonly approveAs?: string;
  readonly acknowledge?: string[];
  readonly exit?: boolean;
}

const example = join(checkoutRoot, 'examples', 'support-triage');

/** `npm start`: the whole story on the example that ships with the project. */
export const demoCommand = (): Command =>
  command('demo', 'start the stack, run the example, and ask the model that comes of it (npm start)', [
    'npm start',
    'npm start -- --approve-as ada --exit',
  ])
    .option('--approve-as <name>', 'approve in this name when the gate asks')
    .option('--acknowledge <warnings...>', 'warnings that --approve-as names and accepts')
    .option('--exit', 'leave when the run has ended; the stack stays')
    .action((options: Options) =>
      finish(async () => {
        const out = options.json ? process.stderr : process.stdout;
        const style = styleOf(out);
        const tell = (line: string) => void out.write(`${line}\n`);
        const home = tunegateHome();
        const stack = await bringUpStack(home, say);
        const key = await keyOf(home);
        const client = createClient({ url: stack.apiUrl, key });
        const pipeline = await readPipeline(join(example, 'pipeline.yaml'));
        const files = await hashFiles(pipeline);
        await uploadFiles(client, files);
        const { run } = await client.runs.start({
          spec: pipeline.spec,
          files,
          baseDir: pipeline.dir,
          idempotencyKey: `demo-${hashSpec(pipeline.spec)}`,
          requestedBy: userInfo().username,
        });
        tell('');
        const ended = await followRun(client, run, {
          approveAs: options.approveAs,
          acknowledge: options.acknowledge ?? [],
          view: out,
          json: options.json,
        });
        const endpoint = pipeline.spec.deployment.endpoint;
        const isServed = (await client.endpoints.list()).some((e) => e.endpoint === endpoint && e.champion !== null);
        const answers = isServed
          ? await askServedModel({ baseURL: stack.gatewayUrl, apiKey: key, endpoint, file: join(example, 'ask.jsonl') }, tell, style)
          : [];
        for (const line of addresses(stack, endpoint, isServed)) tell(line);
        if (!options.exit) await untilStopped(tell, style);
        const isBad = ended.outcome === 'failed' || ended.outcome === 'cancelled';
        return { document: { ...ended.document, answers }, lines: [], exitCode: isBad ? (ended.outcome === 'cancelled' ? 130 : 1) : 0 };
      }, options),
    );

function addresses(
  stack: { apiUrl: string; gatewayUrl: string; temporalUi: string | null; home: string },
  endpoint: string,
  isServed: boolean,
): string[] {
  return [
    '',
    ` API        ${stack.apiUrl}`,
    ` gateway    ${stack.gatewayUrl}${isServed ? `  (model: ${endpoint}; key: ${join(stack.home, 'api-key')})` : ''}`,
    ...(stack.temporalUi ? [` Temporal   ${stack.temporalUi}`] : []),
    ` stop it    ${programName()} stop`,
  ];
}

/** The stack serves on by itself; staying only keeps the addresses on the screen. */
function untilStopped(tell: (line: string) => void, style: ReturnType<typeof styleOf>): Promise<void> {
  tell('');
  tell(style.dim(' Serving. Ctrl-C leaves; the stack stays until it is stopped.'));
  return new Promise((resolve) => {
    const alive = setInterval(() => {}, 60_000);
    const leave = (): void => {
      clearInterval(alive);
      resolve();
    };
    process.once('SIGINT', leave);
    process.once('SIGTERM', leave);
  });
}
