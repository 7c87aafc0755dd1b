import { TunegateError } from '../../contracts/errors.ts';
import { nearest } from '../spec/describe-issue.ts';

/** `{{column}}` in a template. */
export const placeholder = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** Reads one text from a record; empty where the record lacks it. */
export type ColumnReader = (values: Readonly<Record<string, unknown>>) => string;

/**
 * Compiles `dataset.input` and `dataset.output`: a column's name, a path into nested JSON (`customer.message`), or a template
 * (`"{{subject}}\n{{body}}"`).
 *
 * @param key the key of the pipeline file, for messages
 * @throws TunegateError `column_missing` with the nearest names
 */
export function compileColumns(expression: string, columns: readonly string[], file: string, key: string): ColumnReader {
  const known = new Set(columns);
  const reader = (name: string): ColumnReader => {
    if (known.has(name)) return (values) => asText(values[name]);
    const parts = name.split('.');
    if (parts.length > 1 && known.has(parts[0] ?? '')) return (values) => asText(dig(values, parts));
    if ((name === 'messages.user' || name === 'messages.assistant') && known.has('messages')) return (values) => asText(values[name.slice(9)]);
    throw missing(name, columns, file, key);
  };
  if (!expression.includes('{{')) return reader(expression);
  const parts = expression.split(placeholder).map((part, i) => (i % 2 === 0 ? part : reader(part)));
  return (values) => {
    const filled = parts.map((part) => (typeof part === 'string' ? part : part(values)));
    return filled.every((text, i) => typeof parts[i] === 'string' || text.trim() === '') ? '' : filled.join('');
  };
}

/** The columns that an expression of `dataset.input` or `dataset.output` names. */
export const columnsIn = (expression: string): string[] =>
  expression.includes('{{') ? [...expression.matchAll(placeholder)].map(([, name = '']) => name) : [expression];

function missing(name: string, columns: readonly string[], file: string, key: string): TunegateError {
  const near = nearest(name, columns);
  const list =
    columns.length === 0 ? 'the file has no columns' : `the columns are: ${columns.slice(0, 20).join(', ')}${columns.length > 20 ? ', …' : ''}`;
  return new TunegateError('column_missing', `${file} has no column '${name}', which ${key} names`, {
    where: `${file}:1`,
    remedy: near === null ? list : `did you mean '${near}'? ${list}`,
  });
}

function dig(values: unknown, parts: readonly string[]): unknown {
  let value = values;
  for (const part of parts) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as number | boolean);
}
