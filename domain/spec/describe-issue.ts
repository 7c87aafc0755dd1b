import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { TunegateError } from '../../contracts/errors.ts';
import { showPath } from './locate.ts';
import type { Locate, Path } from './locate.ts';
import { keysAt, placesOf, schemasAt } from './schema-tree.ts';

type Issue = z.core.$ZodIssue;

/** The first problem as an error, with the number of those behind it: unknown keys first, since a misspelt key is also reported as missing; then in file order. */
export function describeIssues(issues: readonly Issue[], written: unknown, locate: Locate): TunegateError {
  const described = issues
    .flatMap((issue) => describe(issue, written, locate))
    .sort((a, b) => Number(b.code === 'unknown_key') - Number(a.code === 'unknown_key') || a.line - b.line);
  const [first, second] = described;
  if (first === undefined) return new TunegateError('bad_spec', 'the pipeline file does not fit its schema');
  const more = second === undefined ? '' : `; ${described.length - 1} more, the next at ${second.where}: ${second.message}`;
  return new TunegateError(first.code, `${first.message}${more}`, { where: first.where, remedy: first.remedy });
}

interface Described {
  readonly code: 'bad_spec' | 'unknown_key';
  readonly message: string;
  readonly where: string;
  readonly remedy: string;
  readonly line: number;
}

function describe(issue: Issue, written: unknown, locate: Locate): Described[] {
  const at = (where: string, message: string, remedy: string, code: Described['code'] = 'bad_spec'): Described => ({
    code,
    message,
    where,
    remedy,
    line: Number(/:(\d+)/.exec(where)?.[1] ?? 0),
  });
  const path = issue.path;
  const name = showPath(path);
  const value = valueAt(written, path);

  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      at(locate(path, key), `unknown key '${key}'${name === '' ? '' : ` in ${name}`}`, unknownKeyRemedy(key, path), 'unknown_key'),
    );
  }
  if (issue.code === 'invalid_union') return describeUnion(issue, written, locate, at);
  if (value === undefined) {
    return [missing(path, at, locate)];
  }
  if (issue.code === 'invalid_type' || issue.code === 'invalid_value') {
    return [at(locate(path), `'${name}' is ${show(value)}, which is not ${expectation(path)}`, `write ${suggestion(path, value)}`)];
  }
  return [at(locate(path), `'${name}' is ${show(value)}: ${lowerFirst(issue.message)}`, `write ${suggestion(path, value)}`)];
}

/** The alternative of the same kind as what was written tells most; a near miss of a word is told by the words that are allowed. */
function describeUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  written: unknown,
  locate: Locate,
  at: (where: string, message: string, remedy: string) => Described,
): Described[] {
  const path = issue.path;
  const value = valueAt(written, path);
  const whole = issue.errors.filter((errors) => !errors.some((error) => error.path.length === 0 && error.code !== 'unrecognized_keys'));
  const deeper = typeof value === 'object' && value !== null ? whole[0] : undefined;
  if (deeper !== undefined) {
    const unknown = deeper.filter((error) => error.code === 'unrecognized_keys');
    return (unknown.length > 0 ? unknown : deeper).flatMap((error) =>
      describe({ ...error, path: [...path, ...error.path] } as Issue, written, locate),
    );
  }
  const name = showPath(path);
  if (value === undefined) return [missing(path, at, locate)];
  return [at(locate(path), `'${name}' is ${show(value)}, which is not ${expectation(path)}`, `write ${suggestion(path, value)}`)];
}

function missing(path: Path, at: (where: string, message: string, remedy: string) => Described, locate: Locate): Described {
  const example = exampleOf(path);
  return at(
    locate(path),
    `the key '${showPath(path)}' is missing`,
    `add ${showPath(path)}: ${expectation(path)}${example === undefined ? '' : `, for example ${example}`}`,
  );
}

function unknownKeyRemedy(key: string, path: Path): string {
  const known = keysAt(path);
  const places = placesOf(key);
  if (places.length > 0 && places.length <= 3)
    return `'${key}' belongs in ${places.map((place) => (place === '' ? 'the top level' : place)).join(' or ')}`;
  const near = nearest(key, known);
  if (near !== null) return `did you mean '${near}'?`;
  return known.length === 0 ? 'remove it' : `remove it, or use one of: ${known.join(', ')}`;
}

/** The word that a person most likely meant, or null where none is close. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const lower = word.toLowerCase();
  const match = closest(
    lower,
    known.map((k) => k.toLowerCase()),
  );
  const original = known.find((k) => k.toLowerCase() === match);
  if (original === undefined) return null;
  const length = Math.max(word.length, match.length);
  if (distance(lower, match) <= Math.min(Math.max(2, Math.floor(length * 0.4)), Math.floor(length * 0.6))) return original;
  const holding = known.filter((k) => k.toLowerCase().includes(lower));
  return holding.length === 1 && word.length > 1 ? (holding[0] ?? null) : null;
}

const kindNames: Readonly<Record<string, string>> = {
  number: 'a number',
  integer: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of keys',
};

function choices(path: Path): readonly string[] {
  const nodes = schemasAt(path);
  const own = nodes.flatMap((node) => node.enum ?? (node.const === undefined ? [] : [node.const]));
  return [...new Set(own.map(String))];
}

function expectation(path: Path): string {
  const allowed = choices(path);
  const nodes = schemasAt(path);
  const kinds = nodes.filter((node) => node.enum === undefined && node.const === undefined).map((node) => kindNames[node.type ?? ''] ?? 'a value');
  const parts = [...(allowed.length > 0 ? [`one of ${allowed.join(', ')}`] : []), ...new Set(kinds)];
  return parts.length === 0 ? 'a value of the right kind' : parts.join(', or ');
}

const examples: Readonly<Record<string, string>> = {
  name: 'support-triage',
  'task.type': 'classification',
  'task.labels': '[refund, complaint]',
  'task.schema': './order.schema.json',
  'dataset.source': './messages.csv',
  'dataset.input': 'text',
  'dataset.output': 'category',
  'dataset.test': './test.csv',
  'knowledge.documents': '"./handbook/**/*.md"',
  'deployment.endpoint': 'support-triage',
  'candidates.tuned[].provider': 'local',
  'candidates.tuned[].base': 'smollm2-135m-instruct',
  'budget.usd': '20',
  'schedule.cron': '"0 3 * * 1"',
  'evaluation.metrics': '[accuracy]',
  'candidates.tuned[].seeds': '[7]',
  'approval.timeout': '72h',
  'deployment.canary.for': '10m',
};

function exampleOf(path: Path): string | undefined {
  return examples[showPath(path).replace(/\[\d+\]/g, '[]')];
}

function suggestion(path: Path, value: unknown): string {
  const key = String(path.at(-1) ?? '');
  const label = typeof path.at(-1) === 'number' ? '' : `${key}: `;
  const allowed = choices(path);
  const near = typeof value === 'string' ? nearest(value, allowed) : null;
  if (near !== null) return `${label}${near}`;
  const nodes = schemasAt(path);
  const wantsText = nodes.some((node) => node.type === 'string' && node.enum === undefined && node.const === undefined);
  if (wantsText && (typeof value === 'number' || typeof value === 'boolean')) return `${label}"${String(value)}", in quotes`;
  if (
    typeof value === 'string' &&
    nodes.some((node) => node.type === 'number' || node.type === 'integer') &&
    Number.isFinite(Number(value)) &&
    value !== ''
  ) {
    return `${label}${value}, without quotes`;
  }
  const example = exampleOf(path) ?? allowed[0] ?? defaultOf(nodes);
  return example === undefined ? `${label}${expectation(path)}` : `for example ${label}${example}`;
}

function defaultOf(nodes: ReturnType<typeof schemasAt>): string | undefined {
  const found = nodes.find((node) => node.default !== undefined)?.default;
  if (found !== undefined) return typeof found === 'object' ? JSON.stringify(found) : String(found);
  const kinds: Readonly<Record<string, string>> = { number: '0.5', integer: '8', boolean: 'true' };
  return nodes.map((node) => kinds[node.type ?? '']).find((kind) => kind !== undefined);
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

function show(value: unknown): string {
  if (typeof value === 'string') return `"${value.length > 60 ? `${value.slice(0, 57)}...` : value}"`;
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a block of keys' : String(value);
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
