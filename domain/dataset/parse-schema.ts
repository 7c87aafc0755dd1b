import { TunegateError } from '../../contracts/errors.ts';
import { schemaFault } from '../evaluation/schema-validity.ts';
import { jsonFault } from './json-fault.ts';

/** The JSON schema of an extraction task, as compact text. @throws TunegateError `bad_spec` with line and column where the file holds none */
export function parseSchema(text: string, file: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return required(value as Readonly<Record<string, unknown>>, file);
  } catch (cause) {
    if (cause instanceof TunegateError) throw cause;
    const before = text.slice(0, jsonFault(text)).split('\n');
    throw new TunegateError('bad_spec', `${file} is not valid JSON`, {
      where: `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`,
      remedy: 'check the brackets, quotes and commas around this place',
      cause,
    });
  }
  throw new TunegateError('bad_spec', `${file} does not hold a JSON schema`, {
    where: `${file}:1`,
    remedy: 'write an object: { "type": "object", "properties": { … } }',
  });
}

function required(schema: Readonly<Record<string, unknown>>, file: string): string {
  const fault = schemaFault(schema);
  if (fault === null) return JSON.stringify(schema);
  throw new TunegateError('bad_spec', `${file} is no JSON schema: ${fault}`, { where: file, remedy: 'correct it; draft 7 and 2020-12 are read' });
}
