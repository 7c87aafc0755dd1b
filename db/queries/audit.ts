import { desc, eq } from 'drizzle-orm';
import type { AuditEntry } from '../../contracts/administration.ts';
import type { Database } from '../database.ts';
import { auditLog } from '../schema.ts';

/** Who did what to which subject. Never holds rows or secrets. */
export async function audit(db: Database, entry: { actor: string; action: string; subject: string; detail: unknown }): Promise<void> {
  await db.insert(auditLog).values(entry);
}

/** Newest first. */
export async function listAudit(db: Database, { subject, limit }: { subject?: string; limit: number }): Promise<AuditEntry[]> {
  const rows = await db
    .select()
    .from(auditLog)
    .where(subject === undefined ? undefined : eq(auditLog.subject, subject))
    .orderBy(desc(auditLog.id))
    .limit(limit);
  return rows.map(({ at, actor, action, subject: about, detail }) => ({
    at: at.toISOString(),
    actor,
    action,
    subject: about,
    detail: (detail ?? {}) as Record<string, unknown>,
  }));
}
