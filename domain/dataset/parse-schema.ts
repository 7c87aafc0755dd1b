import { TunegateError } from '../../contracts/errors.ts';
import { jsonFault } from './json-fault.ts';

/** The JSON schema of an extraction task, as compact text. @throws TunegateError `bad_spec` with line and column where the file holds none */
export function parseSchema(text: string, file: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return JSON.stringify(value);
  } catch (cause) {
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
