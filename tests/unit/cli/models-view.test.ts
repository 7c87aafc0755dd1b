import { expect, test } from 'vitest';
import { plain } from '../../../cli/console/style.ts';
import { modelLines } from '../../../cli/view/models.ts';
import type { DatedPrice, ModelDocument } from '../../../contracts/catalogue.ts';

const licence = { name: 'Apache-2.0', url: '', commercialUse: 'yes', outputsMayTrainOthers: 'conditions', asOf: '2026-04-30' } as const;
const price: DatedPrice = {
  from: '2025-01-01',
  asOf: '2025-09-30',
  source: 'https://acme.example/pricing',
  confirmed: { by: 'https://acme.example/pricing', on: '2026-11-27' },
  training: { default: { rule: 'per-trained-token', usdPerMillion: '0.5', countsEpochs: true, minimumUsd: '4' } },
  inference: { usdPerMillionInput: '0.2', usdPerMillionOutput: '0.6' },
  hosting: { usdPerHour: '3.99' },
};
const model = (base: string, change: Partial<ModelDocument> = {}): ModelDocument => ({
  provider: 'acme',
  base,
  tunable: true,
  methods: ['lora'],
  contextTokens: 32_768,
  tokenizer: null,
  licence,
  retirement: { noNewJobsFrom: null, shutdown: null, source: '', asOf: '2026-11-27' },
  price,
  ...change,
});
const ending = (noNewJobsFrom: string | null, shutdown: string | null) => ({
  retirement: { noNewJobsFrom, shutdown, source: '', asOf: '2026-11-27' },
});
const models = [
  model('stays'),
  model('unpriced', { price: null, contextTokens: null }),
  model('closes', ending('2027-01-06', '2027-01-14')),
  model('closed', ending('2026-10-01', null)),
  model('gone', ending('2027-01-06', '2026-11-27')),
];
const drawn = (all: boolean) => modelLines(models, { today: '2026-11-27', all }, plain).join('\n');

test('lists what can be tuned, with prices, their day, terms and end, and says how many it leaves out', () => {
  expect(drawn(false)).toMatchInlineSnapshot(`
    " model          training           answers, in · out            price of      context  licence     commercial use  outputs may train others  ends
     acme/stays     $0.5, at least $4  $0.2 · $0.6 + $3.99 an hour  2025-09-30 ✓  32,768   Apache-2.0  yes             on conditions             –
     acme/unpriced  unknown            unknown                      –             –        Apache-2.0  yes             on conditions             –
     acme/closes    $0.5, at least $4  $0.2 · $0.6 + $3.99 an hour  2025-09-30 ✓  32,768   Apache-2.0  yes             on conditions             no new job from 2027-01-06, off from 2027-01-14

     US dollars per million tokens; training counts every epoch. ✓: confirmed by the provider’s own page. Prices of yours: docs/money.md
     2 that can be tuned no more are left out: --all"
  `);
});

test('lists what can be tuned no more where that is asked for', () => {
  expect(drawn(true)).toContain('no new job from 2026-10-01');
  expect(drawn(true)).toMatch(/acme\/gone .* off since 2026-11-27$/m);
  expect(drawn(true)).not.toContain('left out');
});
