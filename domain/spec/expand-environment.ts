import { TunegateError } from '../../contracts/errors.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { holdsCredentials } from './credentials.ts';

/**
 * Replaces `${NAME}` in the paths of a spec: source, test, schema, documents, golden outputs, suites, rubric.
 *
 * @param env the variables, as `process.env`
 * @throws TunegateError `bad_spec` where a variable is not set; `credentials_in_url` where one brings a secret into an address
 * @example expandEnvironment(spec, { DATA: '/data' }) // './${DATA}/a.csv' → './/data/a.csv'
 */
export function expandEnvironment(spec: PipelineSpec, env: Readonly<Record<string, string | undefined>>): PipelineSpec {
  const expand = (key: string, path: string): string => {
    const expanded = path.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      const value = env[name];
      if (value !== undefined && value !== '') return value;
      throw new TunegateError('bad_spec', `the variable ${name} in ${key} is not set`, {
        where: key,
        remedy: `set it before the command: ${name}=/path/to/folder tunegate …`,
      });
    });
    if (expanded === path || !holdsCredentials(expanded)) return expanded;
    throw new TunegateError('credentials_in_url', `${key} holds a user name with a password, or a key, once its variables are filled in`, {
      where: key,
      remedy: "name a connection that the worker knows (connection:NAME), or set the credentials in the worker's environment",
    });
  };
  const { task, dataset, knowledge, synthesis, evaluation } = spec;
  return {
    ...spec,
    task: task.type === 'extraction' && typeof task.schema === 'string' ? { ...task, schema: expand('task.schema', task.schema) } : task,
    dataset: {
      ...dataset,
      source: expand('dataset.source', dataset.source),
      ...(dataset.test === undefined ? {} : { test: expand('dataset.test', dataset.test) }),
    },
    ...(knowledge === undefined
      ? {}
      : {
          knowledge: {
            ...knowledge,
            documents: Array.isArray(knowledge.documents)
              ? knowledge.documents.map((path) => expand('knowledge.documents', path))
              : expand('knowledge.documents', knowledge.documents),
          },
        }),
    ...(synthesis?.golden === undefined ? {} : { synthesis: { ...synthesis, golden: expand('synthesis.golden', synthesis.golden) } }),
    evaluation: {
      ...evaluation,
      suites: Object.fromEntries(Object.entries(evaluation.suites).map(([name, path]) => [name, expand(`evaluation.suites.${name}`, path)])),
      ...(evaluation.judge?.rubric === undefined
        ? {}
        : { judge: { ...evaluation.judge, rubric: expand('evaluation.judge.rubric', evaluation.judge.rubric) } }),
    },
  };
}
