import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { priceBook } from '../../../domain/cost/price-book.ts';
import { catalogue } from '../../../providers/catalogue/index.ts';
import { parseOverrides, readOverrides } from '../../../providers/catalogue/overrides.ts';

const folder = mkdtempSync(join(tmpdir(), 'tunegate-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const entry = (training: string, more = '') => `
- provider: together
  base: Qwen/Qwen2.5-7B-Instruct
  prices:
    - from: "2026-01-01"
      training: { default: ${training} }
      inference: { usdPerMillionInput: 0.88, usdPerMillionOutput: 0.88 }
${more}`;
const perToken = '{ rule: per-trained-token, usdPerMillion: 2.90, minimumUsd: 4, evaluations: 1 }';

describe("a user's own prices", () => {
  test('go before ours, digit by digit, and may name an end and a licence', () => {
    const own = parseOverrides(
      entry(
        perToken,
        '  retirement: { shutdown: "2027-03-01", asOf: "2026-11-27" }\n  licence: { name: House, commercialUse: conditions, outputsMayTrainOthers: "no", asOf: "2026-11-27" }\n',
      ),
      'prices.yaml',
    );
    const book = priceBook(catalogue, own);
    expect(book.priceOn('together', 'Qwen/Qwen2.5-7B-Instruct', '2026-11-27')).toMatchObject({
      source: 'user',
      training: { default: { usdPerMillion: '2.9', minimumUsd: '4', countsEpochs: true, evaluations: 1 } },
      inference: { usdPerMillionInput: '0.88' },
    });
    expect(book.find('together', 'Qwen/Qwen2.5-7B-Instruct')).toMatchObject({
      tokenizer: 'hf:Qwen/Qwen2.5-7B-Instruct',
      retirement: { shutdown: '2027-03-01', noNewJobsFrom: null },
      licence: { outputsMayTrainOthers: 'no' },
    });
  });

  test.each([
    [
      'an amount that is none',
      entry('{ rule: per-trained-token, usdPerMillion: "1,5" }'),
      '0.prices.0.training.default.usdPerMillion',
      /decimal number/,
    ],
    [
      'more digits than a micro-dollar has',
      entry('{ rule: per-hour, usdPerHour: "0.1234567" }'),
      '0.prices.0.training.default.usdPerHour',
      /six digits/,
    ],
    ['a rule that is none', entry('{ rule: per-row }'), '0.prices.0.training.default.rule', /./],
    ['a key that is none', `${entry(perToken)}  colour: blue\n`, '0', /colour/],
    ['a day that is none', entry(perToken).replace('"2026-01-01"', '"January"'), '0.prices.0.from', /a day as in/],
  ])('with %s are refused, with the place in the file', (_, text, where, message) => {
    expect(() => parseOverrides(text, 'prices.yaml')).toThrow(
      expect.objectContaining({ code: 'bad_spec', where: `prices.yaml (${where})`, message: expect.stringMatching(message) }),
    );
  });

  test('come from the file that is named, else from the home, else there are none', async () => {
    expect(await readOverrides({}, folder)).toEqual([]);
    await expect(readOverrides({ TUNEGATE_PRICES: join(folder, 'nowhere.yaml') }, folder)).rejects.toMatchObject({ code: 'file_missing' });
    writeFileSync(join(folder, 'prices.yaml'), entry(perToken));
    expect(await readOverrides({}, folder)).toHaveLength(1);
    writeFileSync(join(folder, 'other.yaml'), '');
    expect(await readOverrides({ TUNEGATE_PRICES: join(folder, 'other.yaml') }, folder)).toEqual([]);
  });
});
