/** What the `endpoint` workflow writes down, for the gateway to read. */
import { and, eq, lt, sql } from 'drizzle-orm';
import type { Version } from '../../domain/endpoint/reducer.ts';
import type { Database } from '../database.ts';
import { deployments, endpoints, gatewayCounts } from '../schema.ts';

export interface EndpointWrite {
  readonly name: string;
  readonly champion: Version | null;
  readonly previous: Version | null;
  readonly canary: unknown;
  readonly revision: number;
}

/** A late write of an older revision changes nothing. */
export async function writeEndpoint(db: Database, row: EndpointWrite): Promise<void> {
  const { name: _, ...values } = row;
  await db
    .insert(endpoints)
    .values(row)
    .onConflictDoUpdate({
      target: endpoints.name,
      set: { ...values, updatedAt: sql`now()` },
      setWhere: lt(endpoints.revision, row.revision),
    });
}

export async function recordDeployment(db: Database, row: typeof deployments.$inferInsert): Promise<void> {
  await db.insert(deployments).values(row).onConflictDoNothing();
}

export async function championOf(db: Database, name: string): Promise<Version | null> {
  const [row] = await db.select({ champion: endpoints.champion }).from(endpoints).where(eq(endpoints.name, name));
  return (row?.champion as Version | null | undefined) ?? null;
}

/** Every artifact that an endpoint serves, or would serve again after a roll-back. */
export async function servedArtifacts(db: Database): Promise<string[]> {
  const rows = await db.select({ champion: endpoints.champion, previous: endpoints.previous, canary: endpoints.canary }).from(endpoints);
  const versions = rows.flatMap((row) => Object.values(row) as (Pick<Version, 'artifact'> | null)[]);
  return [...new Set(versions.flatMap((version) => (version ? [version.artifact] : [])))];
}

export async function gatewayCountsOf(db: Database, endpoint: string, artifact: string): Promise<{ served: number; failed: number }> {
  const [row] = await db
    .select()
    .from(gatewayCounts)
    .where(and(eq(gatewayCounts.endpoint, endpoint), eq(gatewayCounts.artifact, artifact)));
  return { served: row?.served ?? 0, failed: row?.failed ?? 0 };
}
