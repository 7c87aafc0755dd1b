/**
 * Writes `tests/replay/histories/*.json`: one finished history of each workflow type, from a stack that runs.
 * `TUNEGATE_HOME=… node --import tsx tests/replay/record.ts`, when a released version's workflows have changed on purpose.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureTemporal } from '../../workers/setup/temporal.ts';
import { checkoutRoot } from '../../workers/setup/paths.ts';
import { logToStderr } from '../../workers/setup/run-step.ts';
import { ids } from '../../contracts/names.ts';
import { startStack } from '../../workers/stack/start.ts';
import { asked, clientOf, oneEpoch, startTiny, tinyRows, tinySpec, uploadText } from '../support/tiny-pipeline.ts';
import { until } from '../support/until.ts';

const stack = await startStack();
const client = clientOf(stack);
const temporal = await ensureTemporal(logToStderr);

const save = (name: string, workflowId: string) => {
  const args = [
    'workflow',
    'show',
    '--workflow-id',
    workflowId,
    '--output',
    'json',
    '--address',
    stack.temporalAddress,
    '--namespace',
    stack.temporalNamespace,
  ];
  // Stack traces would name this machine's folders.
  const shown = execFileSync(temporal, args, { encoding: 'utf8', maxBuffer: 64e6 }).replaceAll(`${checkoutRoot}/`, '');
  const history = JSON.parse(shown) as { events: unknown[] };
  writeFileSync(join(import.meta.dirname, 'histories', `${name}.json`), `${JSON.stringify(history)}\n`);
  process.stderr.write(`${name}: ${history.events.length} events\n`);
};

const describeArgs = (workflowId: string) => [
  'workflow',
  'describe',
  '--workflow-id',
  workflowId,
  '--address',
  stack.temporalAddress,
  '--namespace',
  stack.temporalNamespace,
];

const spec = tinySpec('recorded', { candidates: { untuned: ['zero-shot', 'classical'], tuned: oneEpoch } });
const run = await startTiny(client, spec);
const { decision } = await asked(client, run);
await client.runs.approve(run, { by: 'ada', artifact: decision?.artifact ?? null });
await client.runs.wait(run);
save('fine-tune-pipeline.deployed', run);
save('train-candidate.succeeded', ids.candidate(run, 'lora-smollm2-135m'));
save('endpoint.promoted', ids.endpoint('recorded'));

const rejected = await startTiny(client, tinySpec('recorded-rejected', { approval: { timeout: '1s', escalateTo: ['lead'] } }));
await client.runs.wait(rejected);
save('fine-tune-pipeline.timed-out', rejected);

const cancelled = await startTiny(client, tinySpec('recorded-cancelled'));
await asked(client, cancelled);
await client.runs.cancel(cancelled, 'ada', null);
await client.runs.wait(cancelled);
save('fine-tune-pipeline.cancelled', cancelled);

const failed = await startTiny(client, tinySpec('recorded-failed'), { rows: { train: 'text,team\n"open,x\n', test: 'text,team\na,x\n' } });
await client.runs.wait(failed);
save('fine-tune-pipeline.failed', failed);

// One pipeline by the clock, and a look at the endpoint that finds rows which its champion never had.
const scheduled = tinySpec('recorded', {
  candidates: { untuned: ['classical'], tuned: [] },
  schedule: { cron: '0 3 1 1 *' },
  monitoring: { retrain: { onNewRows: 1, cooldown: '0ms' } },
});
const files = { './train.csv': await uploadText(client, tinyRows(4, 16)), './test.csv': await uploadText(client, tinyRows(7, 12)) };
await client.schedules.create({ spec: scheduled, files, baseDir: null });
for (const [name, file] of [
  ['recorded', 'scheduled-run.declined'],
  ['monitor.recorded', 'monitor-endpoint.retrains'],
] as const) {
  await client.schedules.trigger(name);
  const started = await until('the schedule has acted', async () => {
    const workflow = (await client.schedules.list()).find((s) => s.schedule === name)?.recent[0]?.workflow;
    const begun = (await client.runs.list({ name: 'recorded' })).find((r) => r.state !== 'ended' || r.outcome === 'declined');
    return workflow && begun ? { workflow, run: begun.run } : null;
  });
  await client.runs.wait(started.run);
  await until('its workflow has ended', () => /COMPLETED/.test(execFileSync(temporal, describeArgs(started.workflow), { encoding: 'utf8' })));
  save(file, started.workflow);
}
await client.schedules.delete('recorded');
