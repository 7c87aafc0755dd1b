import { asc, eq } from 'drizzle-orm';
import type { EndpointDocument } from '../../contracts/api.ts';
import type { Database } from '../database.ts';
import { endpoints } from '../schema.ts';

const documentOf = (row: typeof endpoints.$inferSelect): EndpointDocument => ({
  endpoint: row.name,
  champion: row.champion as EndpointDocument['champion'],
  previous: row.previous as EndpointDocument['previous'],
  canary: row.canary as EndpointDocument['canary'],
});

export async function listEndpoints(db: Database): Promise<EndpointDocument[]> {
  return (await db.select().from(endpoints).orderBy(asc(endpoints.name))).map(documentOf);
}

export async function findEndpoint(db: Database, name: string): Promise<EndpointDocument | null> {
  const [row] = await db.select().from(endpoints).where(eq(endpoints.name, name)).limit(1);
  return row ? documentOf(row) : null;
}
