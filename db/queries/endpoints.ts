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

export interface ServedVersion {
  readonly endpoint: string;
  readonly serves: 'champion' | 'previous' | 'canary';
  readonly version: Pick<Version, 'arm' | 'artifact' | 'run'>;
}

/** Everything that endpoints serve, or would serve again after a roll-back. */
export async function endpointVersions(db: Database): Promise<ServedVersion[]> {
  const rows = await db.select().from(endpoints).orderBy(endpoints.name);
  return rows.flatMap((row) =>
    (['champion', 'previous', 'canary'] as const).flatMap((serves) => {
      const version = row[serves] as ServedVersion['version'] | null;
      return version ? [{ endpoint: row.name, serves, version }] : [];
    }),
  );
}

export async function gatewayCountsOf(db: Database, endpoint: string, artifact: string): Promise<{ served: number; failed: number }> {
  const [row] = await db
    .select()
    .from(gatewayCounts)
    .where(and(eq(gatewayCounts.endpoint, endpoint), eq(gatewayCounts.artifact, artifact)));
  return { served: row?.served ?? 0, failed: row?.failed ?? 0 };
}
