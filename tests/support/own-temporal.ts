import { NativeConnection } from '@temporalio/worker';
import type { Client } from '@temporalio/client';
import { ownStack } from './own-stack.ts';
import { temporalOf } from './temporal-of.ts';

export interface OwnTemporal {
  /** For workers. */
  readonly connection: NativeConnection;
  readonly client: Client;
  readonly end: () => Promise<void>;
}

/** A Temporal server alone, for tests that bring workers and activities of their own. */
export async function ownTemporal(): Promise<OwnTemporal> {
  const stack = await ownStack(['temporal']);
  const running = await stack.start();
  const connection = await NativeConnection.connect({ address: running.temporalAddress });
  const client = await temporalOf(running);
  return {
    connection,
    client,
    end: async () => {
      await client.connection.close();
      await connection.close();
      await stack.end();
    },
  };
}
