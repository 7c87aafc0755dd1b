import type { TaskShape } from '../../contracts/artifact.ts';

type Schema = Readonly<Record<string, unknown>>;
export type ExtractionTask = Extract<TaskShape, { type: 'extraction' }>;

/** The task's JSON schema, its fields in the order in which its author wrote them. */
export const schemaOf = (task: ExtractionTask): Schema => JSON.parse(task.schema) as Schema;

/**
 * An answer in the one form in which it is shown, learned, compared and served. JSON gets the schema's order of fields and no spaces, because that
 * is what constrained decoding writes: a model that was tuned on, or shown, another order would have to answer in one that it has never seen.
 *
 * @example writtenAnswer({ type: 'extraction', schema: '{"properties":{"a":{},"b":{}}}' }, '{ "b": 1, "a": 2 }') // '{"a":2,"b":1}'
 */
export function writtenAnswer(task: TaskShape, output: string): string {
  if (task.type !== 'extraction') return output;
  return JSON.stringify(inSchemaOrder(JSON.parse(output), schemaOf(task)));
}

/** Fields that the schema does not name come last, by name, so that the same value always gives the same text. */
function inSchemaOrder(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) return value.map((item) => inSchemaOrder(item, asSchema(schema.items)));
  if (typeof value !== 'object' || value === null) return value;
  const properties = asSchema(schema.properties);
  const named = Object.keys(properties).filter((key) => Object.hasOwn(value, key));
  const others = Object.keys(value).filter((key) => !Object.hasOwn(properties, key));
  const keys = [...named, ...others.toSorted()];
  return Object.fromEntries(keys.map((key) => [key, inSchemaOrder((value as Schema)[key], asSchema(properties[key]))]));
}

const asSchema = (value: unknown): Schema => (typeof value === 'object' && value !== null ? (value as Schema) : {});
