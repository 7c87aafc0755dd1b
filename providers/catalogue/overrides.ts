/** A user's own terms: the file that `TUNEGATE_PRICES` names, else `prices.yaml` in `TUNEGATE_HOME`. See docs/money.md. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { CatalogueOverride } from '../../contracts/catalogue.ts';
import { TunegateError } from '../../contracts/errors.ts';

const usd = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,9}(\.\d{1,6})?$/, 'a decimal number such as 0.48, with at most six digits after the point'));
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a day as in 2026-11-22');
const billing = z.discriminatedUnion('rule', [
  z.strictObject({ rule: z.literal('free') }),
  z.strictObject({
    rule: z.literal('per-trained-token'),
    usdPerMillion: usd,
    countsEpochs: z.boolean().default(true),
    minimumUsd: usd.optional(),
    evaluations: z.number().int().min(0).optional(),
  }),
  z.strictObject({ rule: z.literal('per-hour'), usdPerHour: usd, minimumUsd: usd.optional() }),
]);
const answers = z.strictObject({
  usdPerMillionInput: usd.default('0'),
  usdPerMillionOutput: usd.default('0'),
  usdPerHour: usd.optional(),
  batchDiscount: usd.optional(),
});
const permission = z.enum(['yes', 'no', 'conditions', 'unknown']);
const price = z.strictObject({
  from: day,
  asOf: day.optional(),
  source: z.string().default('user'),
  training: z.strictObject({
    default: billing,
    lora: billing.optional(),
    full: billing.optional(),
    qlora: billing.optional(),
    dpo: billing.optional(),
  }),
  inference: answers,
  tunedInference: answers.optional(),
  hosting: z.strictObject({ usdPerHour: usd, usdPerMonth: usd.optional() }).optional(),
});
const entry = z.strictObject({
  provider: z.string(),
  base: z.string(),
  prices: z.array(price.transform((p) => ({ ...p, asOf: p.asOf ?? p.from }))).optional(),
  licence: z
    .strictObject({
      name: z.string(),
      url: z.string().default(''),
      commercialUse: permission,
      outputsMayTrainOthers: permission,
      note: z.string().optional(),
      asOf: day,
    })
    .optional(),
  retirement: z
    .strictObject({
      noNewJobsFrom: day.nullable().default(null),
      shutdown: day.nullable().default(null),
      source: z.string().default('user'),
      asOf: day,
    })
    .optional(),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws TunegateError `file_missing` where the named file is not there, `bad_spec` with the entry and the reason where it is not as it should be */
export async function readOverrides(env: Environment, home: string): Promise<readonly CatalogueOverride[]> {
  const path = env.TUNEGATE_PRICES ?? join(home, 'prices.yaml');
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) {
    if (env.TUNEGATE_PRICES === undefined) return [];
    throw new TunegateError('file_missing', 'the file of prices is not there', {
      where: path,
      remedy: 'set TUNEGATE_PRICES to a file, or leave it out',
    });
  }
  return parseOverrides(text, path);
}

export function parseOverrides(text: string, path: string): readonly CatalogueOverride[] {
  const parsed = z.array(entry).safeParse(parse(text) ?? []);
  if (parsed.success) return parsed.data as readonly CatalogueOverride[];
  const [issue] = parsed.error.issues;
  throw new TunegateError('bad_spec', issue?.message ?? 'the file of prices is not as it should be', {
    where: `${path} (${issue?.path.join('.') ?? ''})`,
    remedy: 'docs/money.md shows an entry',
  });
}
