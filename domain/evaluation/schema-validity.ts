import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** Why a schema is none, in the validator's words; `null` where it is one. */
export function schemaFault(schema: Readonly<Record<string, unknown>>): string | null {
  try {
    schemaValidity(schema);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * A test of whether an answer is JSON that satisfies the schema. Drafts 7 and 2020-12, by `$schema`; formats are checked.
 * Throws where the schema itself is wrong.
 */
export function schemaValidity(schema: Readonly<Record<string, unknown>>): (answer: string | null) => boolean {
  const options = { strict: false, allErrors: false };
  const ajv = String(schema.$schema ?? '').includes('2020-12') ? new Ajv2020(options) : new Ajv(options);
  formats.default(ajv);
  const validate: ValidateFunction = ajv.compile(schema);
  return (answer) => {
    if (answer === null) return false;
    try {
      return validate(JSON.parse(answer)) === true;
    } catch {
      return false;
    }
  };
}
