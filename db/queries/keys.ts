/** API keys. Only the SHA-256 of a key is stored; whoever loses a key makes a new one. */
import { and, asc, eq, isNull } from 'drizzle-orm';
import type { KeyDocument } from '../../contracts/administration.ts';
import type { Database } from '../database.ts';
import { apiKeys } from '../schema.ts';

export type KeyRow = typeof apiKeys.$inferSelect;
export interface NewKey {
  readonly id: string;
  readonly name: string;
  readonly hash: string;
  readonly roles: readonly string[];
  readonly isFirst: boolean;
}

/** The key with this hash, unless it was revoked. */
export async function findKey(db: Database, hash: string): Promise<KeyRow | null> {
  const [row] = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.hash, hash), isNull(apiKeys.revokedAt)))
    .limit(1);
  return row ?? null;
}

/** The key with this public id, unless it was revoked: who signed a token is found by it. */
export async function findKeyById(db: Database, id: string): Promise<KeyRow | null> {
  const [row] = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
    .limit(1);
  return row ?? null;
}

/** Storing the same key twice changes nothing. */
export async function storeKey(db: Database, key: NewKey): Promise<void> {
  await db
    .insert(apiKeys)
    .values({ ...key, roles: [...key.roles] })
    .onConflictDoNothing();
}

export async function listKeys(db: Database): Promise<KeyDocument[]> {
  return (await db.select().from(apiKeys).orderBy(asc(apiKeys.createdAt))).map(keyDocument);
}

/** Returns the revoked key, or null where there is none with this id. Revoking twice keeps the first time. */
export async function revokeKey(db: Database, id: string): Promise<KeyDocument | null> {
  await db
    .update(apiKeys)
    .set({ revokedAt: new Date() })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)));
  const [row] = await db.select().from(apiKeys).where(eq(apiKeys.id, id)).limit(1);
  return row ? keyDocument(row) : null;
}

/** Identities are configured once there is any key but the first: from then on only a proven approval counts. */
export async function hasIdentities(db: Database): Promise<boolean> {
  const [row] = await db
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(and(eq(apiKeys.isFirst, false), isNull(apiKeys.revokedAt)))
    .limit(1);
  return row !== undefined;
}

export function keyDocument(row: KeyRow): KeyDocument {
  return {
    id: row.id,
    name: row.name,
    roles: row.roles,
    isFirst: row.isFirst,
    createdAt: row.createdAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
