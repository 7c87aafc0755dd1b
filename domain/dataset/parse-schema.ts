import { TunegateError } from '../../contracts/errors.ts';
import { schemaFault } from '../evaluation/schema-validity.ts';
import { jsonFault } from './json-fault.ts';

/** The JSON schema of an extraction task, as compact text. @throws TunegateError `bad_spec` with line and column where the file holds none */
export function parseSchema(text: string, file: string): string {
  const value = parseJson(text, file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TunegateError('bad_spec', `${file} does not hold a JSON schema`, {
      where: `${file}:1`,
      remedy: 'write an object: { "type": "object", "properties": { … } }',
    });
  }
  const fault = schemaFault(value as Readonly<Record<string, unknown>>);
  if (fault === null) return JSON.stringify(value);
  throw new TunegateError('bad_spec', `${file} is no JSON schema: ${fault}`, { where: file, remedy: 'correct it; draft 7 and 2020-12 are read' });
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const before = text.slice(0, jsonFault(text)).split('\n');
    throw new TunegateError('bad_spec', `${file} is not valid JSON`, {
      where: `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`,
      remedy: 'check the brackets, quotes and commas around this place',
      cause,
    });
  }
}
