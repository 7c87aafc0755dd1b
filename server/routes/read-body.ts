import type { Context } from 'hono';
import { z } from 'zod';
import { TunegateError } from '../../contracts/errors.ts';
import { nulFault } from '../../domain/approval/nul-fault.ts';

/** The request's JSON, checked. @throws TunegateError `bad_spec` that names the field */
export async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text();
  let value: unknown;
  try {
    value = JSON.parse(text === '' ? '{}' : text);
  } catch (cause) {
    throw new TunegateError('bad_spec', 'the request is not JSON', {
      where: c.req.path,
      remedy: 'send a JSON object with the header `Content-Type: application/json`',
      cause,
    });
  }
  const nul = nulFault(value);
  if (nul) throw new TunegateError('bad_spec', nul, { where: c.req.path, remedy: 'leave the character out' });
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TunegateError('bad_spec', issue?.message ?? 'the request does not have the expected form', {
    where: issue?.path.join('.') || c.req.path,
    remedy: 'see docs/api.md for the form of this request',
  });
}

const ref = z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]);
export const refSchema = ref;
export const filesSchema = z.record(z.string(), z.strictObject({ ref, bytes: z.number().int().min(0), origin: z.string() }));
/** People are named in records for good: no empty names, no control characters. */
export const personSchema = z
  .string()
  .trim()
  .min(1, 'a name is needed')
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, 'a name has no control characters');
export const actSchema = z.strictObject({ by: personSchema, reason: z.string().max(2000).nullish() });
