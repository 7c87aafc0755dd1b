import type { Database } from '../database.ts';
import { auditLog } from '../schema.ts';

/** Who did what to which subject. Never holds rows or secrets. */
export async function audit(db: Database, entry: { actor: string; action: string; subject: string; detail: unknown }): Promise<void> {
  await db.insert(auditLog).values(entry);
}
