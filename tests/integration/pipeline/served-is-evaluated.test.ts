/** Every test row of a deployed arm, asked again through the gateway by both official clients, against what the evaluation recorded. */
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { askRows } from '../../../cli/served/ask-rows.ts';
import { type RecordedAnswers, recordedAnswers } from '../../../cli/served/recorded-answers.ts';
import type { Client } from '../../../client/index.ts';
import type { PipelineSpecInput } from '../../../contracts/pipeline-spec.ts';
import { compareServed } from '../../../domain/endpoint/compare-served.ts';
import { checkoutRoot, trainerPython } from '../../../workers/setup/paths.ts';
import { asked, clientOf, startTiny, tinyRows, tinySpec, uploadText } from '../../support/tiny-pipeline.ts';

const schema = {
  type: 'object',
  properties: { urgent: { type: 'boolean' }, team: { enum: ['billing', 'delivery', 'login'] }, case: { type: 'integer', minimum: 0, maximum: 9999 } },
  required: ['urgent', 'team', 'case'],
  additionalProperties: false,
};
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const withOutput = (csv: string, output: (team: string, text: string) => string) =>
  csv
    .trim()
    .split('\n')
    .map((line, i) => {
      const [, text = '', team = ''] = /^"(.*)",(.*)$/.exec(line) ?? [];
      return i === 0 ? line : `${quoted(text)},${quoted(output(team, text))}`;
    })
    .join('\n');
const orderOf = (team: string, text: string) => JSON.stringify({ case: Number(/case (\d+)/.exec(text)?.[1]), team, urgent: text.startsWith('Help') });

/** More rows than a batch answers one by one, so that some of each are answered in company. */
const perTeam = 10;
const tasks: Record<
  string,
  { task: PipelineSpecInput['task']; untuned: 'zero-shot' | { 'few-shot': number }; output: (team: string, text: string) => string }
> = {
  label: { task: { type: 'classification' }, untuned: 'zero-shot', output: (team) => team },
  json: { task: { type: 'extraction', schema: './schema.json', maxAnswerTokens: 40 }, untuned: { 'few-shot': 2 }, output: orderOf },
  text: { task: { type: 'generation', maxAnswerTokens: 10 }, untuned: 'zero-shot', output: (team) => `The ${team} team will answer.` },
};

let client: Client;
beforeAll(() => {
  client = clientOf(inject('stack'));
});

describe.each(Object.keys(tasks))('an endpoint that answers with a %s', (kind) => {
  const { task, untuned, output } = tasks[kind] as (typeof tasks)[string];
  const endpoint = `served-${kind}`;
  let recorded: RecordedAnswers;

  beforeAll(async () => {
    const rows = { train: withOutput(tinyRows(2, 12), output), test: withOutput(tinyRows(7, perTeam), output) };
    const files = { './schema.json': await uploadText(client, JSON.stringify(schema)) };
    const run = await startTiny(client, tinySpec(endpoint, { task, candidates: { untuned: [untuned], tuned: [] } }), { rows, files });
    const { decision } = await asked(client, run);
    await client.runs.approve(run, { by: 'ada', artifact: decision?.artifact ?? null });
    expect((await client.runs.wait(run)).outcome).toBe('deployed');
    recorded = await recordedAnswers(client, endpoint);
    expect(recorded.rows).toHaveLength(3 * perTeam);
  });

  test('says to the Node client what was evaluated', async () => {
    const gateway = { baseURL: `${inject('stack').apiUrl}/v1`, apiKey: client.connection.key, endpoint };
    const answers = await askRows(gateway, recorded, () => undefined);
    expect(compareServed(recorded.task, answers).differing).toEqual([]);
    for (const { tokens } of answers) expect(tokens[0]?.top_logprobs.length).toBeGreaterThan(0);
    if (kind !== 'json') return;
    // Written answers come with their tokens, which are the answer.
    expect(answers.map((a) => a.tokens.map((t) => t.token).join(''))).toEqual(answers.map((a) => a.served));
    for (const { served } of answers) expect(Object.keys(JSON.parse(served))).toEqual(Object.keys(schema.properties));
  });

  test('says to the Python client what was evaluated', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'tunegate-served-')), 'rows.jsonl');
    writeFileSync(file, recorded.rows.map((row) => JSON.stringify(row)).join('\n'));
    const { home, apiUrl } = inject('stack');
    const script = join(checkoutRoot, 'tests/support/served_answers.py');
    const { stdout } = await promisify(execFile)(trainerPython, [script, `${apiUrl}/v1`, join(home, 'api-key'), endpoint, file]);
    expect(JSON.parse(stdout)).toEqual({ endpoint, rows: 3 * perTeam, same: 3 * perTeam, differing: [] });
  });
});
