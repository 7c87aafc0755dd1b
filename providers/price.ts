import type { DatedPrice } from '../contracts/catalogue.ts';
import { catalogue } from './catalogue/index.ts';
import type { Price } from './provider.ts';

const unknownPrice: Price = { trainPerMillion: 0, inputPerMillion: 0, outputPerMillion: 0, hourly: 0, asOf: 'unknown' };

/** The catalogue's latest price of a base, in US dollars; zeros with `asOf: 'unknown'` where it names none. A user's own prices are laid over elsewhere. */
export function catalogPrice(provider: string, base: string): Price {
  const model = catalogue.find((m) => m.provider === provider && (m.base === base || m.aliases?.includes(base)));
  const latest = model?.prices.at(-1);
  return latest ? toPrice(latest) : unknownPrice;
}

function toPrice({ training, inference, hosting, asOf }: DatedPrice): Price {
  const { default: billing } = training;
  return {
    trainPerMillion: billing.rule === 'per-trained-token' ? Number(billing.usdPerMillion) : 0,
    inputPerMillion: Number(inference.usdPerMillionInput),
    outputPerMillion: Number(inference.usdPerMillionOutput),
    hourly: Number(hosting?.usdPerHour ?? 0),
    asOf,
  };
}
