import { Hono } from 'hono';
import type { ModelDocument } from '../../contracts/catalogue.ts';
import { priceOn } from '../../domain/cost/price-book.ts';
import { needs } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';

/** What can be tuned where, at today's price. */
export const modelRoutes = new Hono<AppEnv>().get('/', needs('viewer'), (c) => {
  const today = new Date().toISOString().slice(0, 10);
  const models = c.var.services.prices.models.map(({ prices, ...model }): ModelDocument => ({ ...model, price: priceOn(prices, today) }));
  return c.json(models);
});
