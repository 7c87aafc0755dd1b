import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { ArtifactStore } from '../db/artifacts/store.ts';
import type { Database } from '../db/database.ts';
import type { PriceBook } from '../domain/cost/price-book.ts';
import type { Providers } from '../providers/index.ts';
import type { KeyRow } from '../db/queries/keys.ts';
import type { ServerSettings } from './settings.ts';

/** What routes work with. Made once at start, passed to everything, replaced whole in tests. */
export interface Services {
  readonly settings: ServerSettings;
  readonly db: Database;
  readonly artifacts: ArtifactStore;
  readonly temporal: Client;
  readonly providers: Providers;
  /** The catalogue with the user's own prices over it. */
  readonly prices: PriceBook;
  readonly log: Logger;
  /** Search attributes that the Temporal namespace knows; starting a workflow with an unknown one would fail. */
  readonly hasSearchAttributes: boolean;
}

/** What a request carries besides itself: who sent it, and with which key. */
export interface RequestVariables {
  services: Services;
  key: KeyRow;
  bearer: string;
  requestId: string;
}
export interface AppEnv {
  Variables: RequestVariables;
}
