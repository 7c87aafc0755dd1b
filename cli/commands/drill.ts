import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { DrillDocument } from '../../contracts/drill.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { RunStatus } from '../../contracts/api.ts';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { programName } from '../console/program-name.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { type Style, styleOf } from '../console/style.ts';
import { table } from '../console/table.ts';

interface Options extends CommonOptions {
  readonly run?: boolean;
  readonly on?: string;
  readonly method?: string;
  readonly margin: string;
}

const shownAlternatives = 5;

export const drillCommand = (): Command =>
  command('drill', 'see which endpoints a base model’s retirement puts at risk, and try its replacement', [
    'npx tunegate drill gpt-4o-mini-2024-07-18',
    'npx tunegate drill gpt-4o-mini-2024-07-18 --run --on together/Qwen/Qwen2.5-7B-Instruct',
  ])
    .argument('<model>', 'the base model that goes: BASE or PROVIDER/BASE')
    .option('--run', 'retrain the frozen rows on another base, and gate it against the answers on record')
    .option('--on <provider/base>', 'what is tuned instead')
    .option('--method <method>', 'lora or full; default: what the provider offers first')
    .option('--margin <share>', 'by how much the replacement may be worse', '0.02')
    .action((model: string, options: Options) =>
      finish(async () => {
        const client = await connect();
        if (!options.run) {
          const found = await client.drills.list(model);
          return { document: found, lines: linesOf(found, styleOf(process.stdout)) };
        }
        const request = { model, on: replacementOf(options), margin: marginOf(options), requestedBy: userInfo().username };
        const runs = await client.drills.run(request);
        const ended = await Promise.all(runs.map(({ run }) => client.runs.wait(run, { until: (s) => s.state.startsWith('waiting-') })));
        const document = runs.map(({ endpoint }, i) => ({ endpoint, ...resultOf(ended[i] as RunStatus) }));
        return { document, lines: document.flatMap((result) => reportOf(result, styleOf(process.stdout))) };
      }, options),
    );

function replacementOf({ on, method }: Options): { provider: string; base: string; method?: string } {
  const slash = on?.indexOf('/') ?? -1;
  if (on === undefined || slash < 1)
    throw new TunegateError('bad_spec', 'a drill needs the model that is tuned instead', {
      where: '--on',
      remedy: 'write --on PROVIDER/BASE; without --run the command lists what could be',
    });
  return { provider: on.slice(0, slash), base: on.slice(slash + 1), ...(method === undefined ? {} : { method }) };
}

function marginOf({ margin }: Options): number {
  const share = Number(margin);
  if (share >= 0 && share <= 1) return share;
  throw new TunegateError('bad_spec', `'${margin}' is not a share`, { where: '--margin', remedy: 'write a number from 0 to 1, as in 0.02' });
}

function linesOf({ model, endpoints, alternatives }: DrillDocument, style: Style): string[] {
  if (endpoints.length === 0) return [` nothing that is served stands on ${model}`];
  const rows = endpoints.map(({ endpoint, serves, arm, provider, base, retirement, daysLeft }) => [
    endpoint,
    serves,
    arm,
    `${provider}/${base}`,
    retirement?.noNewJobsFrom ?? '–',
    retirement?.shutdown ? `${retirement.shutdown} (${daysLeft} days)` : 'none announced',
    retirement ? `${retirement.source}, ${retirement.asOf}` : '',
  ]);
  const first = alternatives[0];
  return [
    ...table(['endpoint', 'as', 'arm', 'stands on', 'no new jobs from', 'answers end', 'source'], rows, style),
    '',
    ...(first
      ? [
          ` could be tuned instead: ${alternatives
            .slice(0, shownAlternatives)
            .map((a) => `${a.provider}/${a.base}`)
            .join(', ')}`,
          style.dim(` try it: ${programName()} drill ${model} --run --on ${first.provider}/${first.base}`),
        ]
      : [' nothing else can be tuned with the providers that are configured here; docs/providers.md names their variables']),
  ];
}

const resultOf = ({ run, state, outcome, document, decision }: RunStatus) => ({
  run,
  state,
  outcome,
  gate: document.gate,
  error: document.error,
  spend: document.spend,
  waitsForApproval: decision !== null,
});

function reportOf(
  { endpoint, run, state, gate, error, spend, waitsForApproval }: ReturnType<typeof resultOf> & { endpoint: string },
  style: Style,
): string[] {
  const verdict = gate?.decision ?? (error ? 'failed' : state);
  return [
    ` ${style.title(endpoint)} ${verdict === 'promote' ? style.good('the replacement is no worse') : style.warn(verdict)} · ${run} · $${spend.usd.toFixed(2)}`,
    ...(error ? [`   ${error.message}`] : (gate?.reasons ?? []).map((reason) => `   · ${reason}`)),
    ...(waitsForApproval
      ? [style.dim(`   switch over: ${programName()} approve ${run} --as NAME; leave it: ${programName()} reject ${run} --as NAME --reason TEXT`)]
      : []),
  ];
}
