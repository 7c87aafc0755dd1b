import { expect, test } from 'vitest';
import { catalogue } from '../../../providers/catalogue/index.ts';

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
const amounts = (value: unknown): string[] =>
  value !== null && typeof value === 'object'
    ? Object.entries(value).flatMap(([key, inner]) => (/^usd|^minimumUsd|^batchDiscount/.test(key) ? [String(inner)] : amounts(inner)))
    : [];

test.each(catalogue.map((m) => [`${m.provider}/${m.base}`, m] as const))(
  '%s says where each term can be compared and for which day it is meant',
  (_, model) => {
    for (const { source, asOf } of [...model.prices, model.retirement]) {
      expect(source).not.toBe('');
      expect(isDay(asOf), asOf).toBe(true);
    }
    expect(isDay(model.licence.asOf)).toBe(true);
    for (const day of [model.retirement.noNewJobsFrom, model.retirement.shutdown, ...model.prices.map((p) => p.from)])
      if (day !== null) expect(isDay(day), day).toBe(true);
    expect(model.prices.map((p) => p.from)).toEqual([...model.prices.map((p) => p.from)].sort());
  },
);

test('amounts are exact decimals with at most six digits after the point', () => {
  for (const amount of catalogue.flatMap((m) => amounts(m.prices))) expect(amount).toMatch(/^\d+(\.\d{1,6})?$/);
});

test('no two entries of a provider answer to the same name', () => {
  const names = catalogue.flatMap((m) => [m.base, ...(m.aliases ?? [])].map((name) => `${m.provider}/${name}`));
  expect(new Set(names).size).toBe(names.length);
});
