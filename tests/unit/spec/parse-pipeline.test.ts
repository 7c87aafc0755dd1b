import { describe, expect, it } from 'vitest';
import { TunegateError } from '../../../contracts/errors.ts';
import { explainSpec } from '../../../domain/spec/explain-spec.ts';
import { expandEnvironment } from '../../../domain/spec/expand-environment.ts';
import { hashSpec } from '../../../domain/spec/hash-spec.ts';
import { parsePipeline } from '../../../domain/spec/parse-pipeline.ts';
import { pipelineJsonSchema } from '../../../domain/spec/schema-tree.ts';
import { specFiles } from '../../../domain/spec/spec-files.ts';

const good = `name: support-triage
task:
  type: classification
dataset:
  source: ./messages.csv
  input: text
  output: category
  test: ./test.csv
candidates:
  untuned: [zero-shot, { few-shot: 8 }, classical]
  tuned:
    - provider: local
      base: smollm2-135m-instruct
      hyperparameters: { epochs: 3, rank: 16 }
deployment: { endpoint: support-triage }
`;

function refusal(text: string): TunegateError {
  try {
    parsePipeline(text, 'pipeline.yaml');
  } catch (error) {
    if (error instanceof TunegateError) return error;
    throw error;
  }
  throw new Error('the pipeline was accepted');
}
const changed = (from: string, to: string): TunegateError => refusal(good.replace(from, to));

describe('a pipeline file', () => {
  it('gets every default, those that depend on other keys too', () => {
    const spec = parsePipeline(good, 'pipeline.yaml');
    expect(spec.gate).toMatchObject({ metric: 'f1_macro', confidence: 0.95, equivalence: 0.01, beat: ['champion', 'best-untuned'] });
    expect(spec.evaluation.metrics).toEqual(['accuracy', 'f1_macro']);
    expect(spec.dataset).toMatchObject({ nearDuplicate: 0.8, pii: 'redact', split: { train: 0.85, validation: 0.15, test: 0, seed: 7 } });
    expect(spec.candidates.tuned[0]).toMatchObject({
      name: 'lora-smollm2-135m',
      method: 'lora',
      hyperparameters: { learningRate: 5e-4, maxLength: 512 },
    });
  });

  it('keeps the metrics that are always there beside those that are asked for', () => {
    const spec = parsePipeline(`${good}evaluation: { metrics: [precision_macro] }\n`, 'pipeline.yaml');
    expect(spec.evaluation.metrics).toEqual(['accuracy', 'f1_macro', 'precision_macro']);
  });

  it('is gated on field_f1 for extraction, and on the judge for generation where there is one', () => {
    const extraction = good.replace('type: classification', 'type: extraction\n  schema: ./a.json').replace(', classical', '');
    const generation = good.replace('type: classification', 'type: generation').replace(', classical', '');
    expect(parsePipeline(extraction, 'p').gate.metric).toBe('field_f1');
    expect(parsePipeline(generation, 'p').gate.metric).toBe('similarity');
    expect(parsePipeline(`${generation}evaluation: { judge: { model: hosted/x } }`, 'p').gate.metric).toBe('judge');
  });

  it('may be JSON', () => {
    const json = JSON.stringify(
      {
        name: 'a',
        task: { type: 'generation' },
        dataset: { source: 'a.jsonl', input: 'q', output: 'a' },
        candidates: { untuned: ['zero-shot'] },
        deployment: { endpoint: 'a' },
      },
      null,
      '\t',
    );
    expect(parsePipeline(json, 'pipeline.json').name).toBe('a');
  });

  it('reads back from its explanation as the same spec', () => {
    const spec = parsePipeline(good, 'pipeline.yaml');
    expect(parsePipeline(explainSpec(spec), 'explained.yaml')).toEqual(spec);
  });

  it('hashes the same whatever the order of keys and however defaults are written', () => {
    const spec = parsePipeline(good, 'p');
    const reordered = parsePipeline(`${good.replace('name: support-triage\n', '')}name: support-triage\n`, 'p');
    expect(hashSpec(reordered)).toBe(hashSpec(spec));
    expect(hashSpec(parsePipeline(`${good}approval: { timeout: 72h }\n`, 'p'))).toBe(hashSpec(spec));
    expect(hashSpec(parsePipeline(`${good}approval: { timeout: 71h }\n`, 'p'))).not.toBe(hashSpec(spec));
    expect(hashSpec(spec)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('names second candidates of the same make apart', () => {
    const twice = good.replace('deployment', `    - { provider: local, base: smollm2-135m-instruct, seeds: [8] }\ndeployment`);
    expect(parsePipeline(twice, 'p').candidates.tuned.map((candidate) => candidate.name)).toEqual(['lora-smollm2-135m', 'lora-smollm2-135m-2']);
  });

  it('lists the files that must be uploaded, and no addresses', () => {
    const spec = parsePipeline(`${good}knowledge: { documents: "./handbook/**/*.md" }\n`, 'p');
    expect(specFiles(spec)).toEqual([
      { path: './messages.csv', role: 'source', isGlob: false },
      { path: './test.csv', role: 'test', isGlob: false },
      { path: './handbook/**/*.md', role: 'knowledge', isGlob: true },
    ]);
    expect(specFiles(parsePipeline(good.replace('./messages.csv', 's3://bucket/a.csv'), 'p')).map((file) => file.role)).toEqual(['test']);
  });

  it('expands variables in paths, and names the one that is not set', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the file's own notation
    const spec = parsePipeline(good.replace('./messages.csv', '${DATA}/messages.csv'), 'p');
    expect(expandEnvironment(spec, { DATA: '/data' }).dataset.source).toBe('/data/messages.csv');
    expect(() => expandEnvironment(spec, {})).toThrow('the variable DATA in dataset.source is not set');
  });

  it('has a JSON Schema for editors', () => {
    expect(pipelineJsonSchema()).toMatchObject({
      title: 'Tunegate pipeline',
      required: expect.arrayContaining(['name', 'task', 'dataset', 'candidates', 'deployment']) as unknown,
    });
  });
});

describe('a wrong pipeline file is refused with its line and a remedy:', () => {
  const cases: [string, TunegateError['code'], string, RegExp, () => TunegateError][] = [
    [
      'a misspelt key',
      'unknown_key',
      'pipeline.yaml:14 (candidates.tuned[0].hyperparameters.rnak)',
      /did you mean 'rank'/,
      () => changed('rank', 'rnak'),
    ],
    ['a misspelt key that is required', 'unknown_key', 'pipeline.yaml:5 (dataset.sauce)', /did you mean 'source'/, () => changed('source', 'sauce')],
    [
      'a misspelt key at the top',
      'unknown_key',
      'pipeline.yaml:9 (candidate)',
      /did you mean 'candidates'/,
      () => changed('candidates', 'candidate'),
    ],
    [
      'a key in the wrong place',
      'unknown_key',
      'pipeline.yaml:12 (candidates.tuned[0].rank)',
      /belongs in candidates.tuned\[\].hyperparameters/,
      () => changed('- provider: local', '- rank: 16\n      provider: local'),
    ],
    [
      'a missing key',
      'bad_spec',
      'pipeline.yaml:4 (dataset.output)',
      /add dataset.output: text, for example category/,
      () => changed('  output: category\n', ''),
    ],
    [
      'text for a number',
      'bad_spec',
      'pipeline.yaml:14 (candidates.tuned[0].hyperparameters.rank)',
      /rank: 16/,
      () => changed('rank: 16', 'rank: large'),
    ],
    [
      'a number in quotes',
      'bad_spec',
      'pipeline.yaml:14 (candidates.tuned[0].hyperparameters.epochs)',
      /epochs: 3, without quotes/,
      () => changed('epochs: 3', 'epochs: "3"'),
    ],
    ['a number for text', 'bad_spec', 'pipeline.yaml:6 (dataset.input)', /input: "3", in quotes/, () => changed('input: text', 'input: 3')],
    [
      'a number out of range',
      'bad_spec',
      'pipeline.yaml:14 (candidates.tuned[0].hyperparameters.rank)',
      /rank: 16/,
      () => changed('rank: 16', 'rank: 0'),
    ],
    [
      'a task type that does not exist',
      'bad_spec',
      'pipeline.yaml:3 (task.type)',
      /type: classification/,
      () => changed('type: classification', 'type: classify'),
    ],
    ['a candidate that does not exist', 'bad_spec', 'pipeline.yaml:10 (candidates.untuned[0])', /zero-shot/, () => changed('zero-shot', 'zeroshot')],
    [
      'a misspelt candidate with a number',
      'unknown_key',
      'pipeline.yaml:10 (candidates.untuned[1].fewshot)',
      /did you mean 'few-shot'/,
      () => changed('few-shot', 'fewshot'),
    ],
    ['a name with capitals', 'bad_spec', 'pipeline.yaml:1 (name)', /support-triage/, () => changed('name: support-triage', 'name: Support')],
    ['a key that stands twice', 'bad_spec', 'pipeline.yaml:6:3', /stands twice/, () => changed('  input: text', '  source: other\n  input: text')],
    ['a quote that is not closed', 'bad_spec', 'pipeline.yaml:16:1', /closing quote/, () => changed('./test.csv', '"./test.csv')],
    ['a tab as indent', 'bad_spec', 'pipeline.yaml:3:1', /spaces/, () => changed('  type', '\ttype')],
    ['an empty file', 'bad_spec', 'pipeline.yaml:1', /name, task, dataset/, () => refusal('')],
    ['a list', 'bad_spec', 'pipeline.yaml:1', /name, task, dataset/, () => refusal('- a\n- b\n')],
    ['rag without documents', 'bad_spec', 'pipeline.yaml:10 (candidates.untuned[2])', /knowledge.documents/, () => changed('classical', 'rag')],
    [
      'a classifier for generation',
      'bad_spec',
      'pipeline.yaml:10 (candidates.untuned[2])',
      /remove classical/,
      () => changed('type: classification', 'type: generation'),
    ],
    [
      'shares that do not add up',
      'bad_spec',
      'pipeline.yaml:9 (dataset.split)',
      /split/,
      () => changed('candidates:', '  split: { train: 0.9 }\ncandidates:'),
    ],
    [
      'a test file and a test share',
      'bad_spec',
      'pipeline.yaml:9 (dataset.split.test)',
      /remove dataset.test/,
      () => changed('candidates:', '  split: { train: 0.7, validation: 0.1, test: 0.2 }\ncandidates:'),
    ],
    ['a metric that does not exist', 'bad_spec', 'pipeline.yaml:16 (gate.metric)', /f1_macro/, () => refusal(`${good}gate: { metric: f1_marco }`)],
    [
      'a regression of an unknown suite',
      'bad_spec',
      'pipeline.yaml:16 (gate.maximumRegression.safety)',
      /evaluation.suites/,
      () => refusal(`${good}gate: { maximumRegression: { safety: 0 } }`),
    ],
    [
      'a sweep over an unknown hyperparameter',
      'bad_spec',
      'pipeline.yaml:11 (candidates.sweep.lerningRate)',
      /learningRate/,
      () => changed('  tuned:', '  sweep: { lerningRate: [0.1] }\n  tuned:'),
    ],
    ...(
      [
        ['a value that the hyperparameter cannot have', '{ learningRate: [5e-4, 2] }', '.learningRate', /0\.0005/],
        ['nothing to try', '{ rank: [] }', '.rank', /16/],
        ['no whole number of trials', '{ rank: [8], trials: 0.5 }', '.trials', /trials: 6/],
        ['a list for a bound', '{ rank: [8], usd: [1, 2] }', '.usd', /usd: 6/],
        [
          'more settings than anybody tries',
          `{ rank: [${Array.from({ length: 512 }, (_, i) => i + 1)}], batchSize: [${Array.from({ length: 99 }, (_, i) => i + 1)}] }`,
          '',
          /10,000/,
        ],
      ] as const
    ).map(([what, sweep, key, remedy]): (typeof cases)[number] => [
      `a sweep with ${what}`,
      'bad_spec',
      `pipeline.yaml:11 (candidates.sweep${key})`,
      remedy,
      () => changed('  tuned:', `  sweep: ${sweep}\n  tuned:`),
    ]),
    [
      'a sweep of nothing',
      'bad_spec',
      'pipeline.yaml:10 (candidates.sweep)',
      /candidates.tuned/,
      () => refusal(good.replace(/ {2}untuned[\s\S]*(?=deployment)/, '  sweep: { rank: [8] }\n')),
    ],
    ['an address on the web', 'bad_spec', 'pipeline.yaml:5 (dataset.source)', /s3:/, () => changed('./messages.csv', 'https://example.com/a.csv')],
    [
      'an input that shows the answer',
      'bad_spec',
      'pipeline.yaml:6 (dataset.input)',
      /leave it out/,
      () => changed('input: text', 'input: "{{text}} ({{ category }})"'),
    ],
    [
      'a template with an open brace',
      'bad_spec',
      'pipeline.yaml:6 (dataset.input)',
      /{{subject}}/,
      () => changed('input: text', 'input: "{{text}} {{sub"'),
    ],
    [
      'a template that names no column',
      'bad_spec',
      'pipeline.yaml:7 (dataset.output)',
      /between the braces/,
      () => changed('output: category', 'output: "{{}}"'),
    ],
    [
      'an untuned candidate named like a tuned one',
      'bad_spec',
      'pipeline.yaml:10 (candidates.untuned[0].name)',
      /another name/,
      () => changed('zero-shot', '{ kind: zero-shot, name: lora-smollm2-135m }'),
    ],
    [
      'a schema that is none',
      'bad_spec',
      'pipeline.yaml:4 (task.schema)',
      /draft 7/,
      () => changed('type: classification', 'type: extraction\n  schema: { type: banana }'),
    ],
    [
      'a metric that nobody computes, though it is asked for',
      'bad_spec',
      'pipeline.yaml:17 (gate.metric)',
      /use one of/,
      () => refusal(`${good}evaluation: { metrics: [charm] }\ngate: { metric: charm }`),
    ],
    [
      'a deadline in the year 300,000',
      'bad_spec',
      'pipeline.yaml:16 (approval.timeout)',
      /72h/,
      () => refusal(`${good}approval: { timeout: 99999999d }`),
    ],
    ['no time to answer', 'bad_spec', 'pipeline.yaml:16 (approval.timeout)', /72h/, () => refusal(`${good}approval: { timeout: 0s }`)],
    ['approval by nobody', 'bad_spec', 'pipeline.yaml:16 (approval.required)', /required: 1/, () => refusal(`${good}approval: { required: 0 }`)],
    ['a budget that no ledger can hold', 'bad_spec', 'pipeline.yaml:16 (budget.usd)', /usd: 20/, () => refusal(`${good}budget: { usd: 1e300 }`)],
    [
      'a password in an address',
      'credentials_in_url',
      'pipeline.yaml:5 (dataset.source)',
      /connection:NAME/,
      () => changed('./messages.csv', 'postgres://me:secret@host/db'),
    ],
    [
      'a signed address',
      'credentials_in_url',
      'pipeline.yaml:5 (dataset.source)',
      /connection:NAME/,
      () => changed('./messages.csv', 'https://host/a.csv?X-Amz-Signature=abc'),
    ],
    [
      'two candidates of one name',
      'bad_spec',
      'pipeline.yaml:15 (candidates.tuned[1].name)',
      /own name/,
      () =>
        refusal(
          good
            .replace('      base', '      name: a\n      base')
            .replace('      hyperparameters: { epochs: 3, rank: 16 }', '    - { name: a, provider: local, base: b }'),
        ),
    ],
    [
      'a label that is listed twice',
      'bad_spec',
      'pipeline.yaml:4 (task.labels[2])',
      /once/,
      () => changed('classification', 'classification\n  labels: [a, b, a]'),
    ],
  ];
  it.each(cases)('%s', (_, code, where, remedy, make) => {
    const error = make();
    expect({ code: error.code, where: error.where }).toEqual({ code, where });
    expect(error.remedy).toMatch(remedy);
  });

  it('an unknown key that is close to none lists those that are known', () => {
    expect(changed('name: support-triage', 'name: support-triage\nxyzzy: 1').remedy).toContain('name, task, dataset');
  });

  it('several faults are counted in one message', () => {
    expect(changed('epochs: 3, rank: 16', 'epochs: x, rank: y').message).toContain('1 more, the next at pipeline.yaml:14');
  });

  it('never shows a stack of the schema library', () => {
    expect(changed('type: classification', 'type: 3').message).not.toMatch(/invalid_|zod/i);
  });
});
