import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { gatewayCounts } from '../schema.ts';

/** One more request that a version answered, or failed to. */
export async function countServed(db: Database, at: { endpoint: string; artifact: string }, isServed: boolean): Promise<void> {
  const [served, failed] = isServed ? [1, 0] : [0, 1];
  await db
    .insert(gatewayCounts)
    .values({ ...at, served, failed })
    .onConflictDoUpdate({
      target: [gatewayCounts.endpoint, gatewayCounts.artifact],
      set: { served: sql`${gatewayCounts.served} + ${served}`, failed: sql`${gatewayCounts.failed} + ${failed}` },
    });
}
