import { Client, Connection } from '@temporalio/client';
import type { Stack } from '../../workers/stack/start.ts';

/** A Temporal client of a stack; whoever opens it closes its connection. */
export const temporalOf = async ({ temporalAddress: address, temporalNamespace: namespace }: Stack): Promise<Client> =>
  new Client({ connection: await Connection.connect({ address }), namespace });
