/** What a decision record is made of, and where the signed one lies. */
import { and, asc, desc, eq, isNull } from 'drizzle-orm';
import type { SigningKeyDocument } from '../../contracts/record.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import type { Database } from '../database.ts';
import { approvals, datasets, decisions, deployments, runs, signingKeys } from '../schema.ts';
import { readArms } from './run-arms.ts';

export type RecordRows = NonNullable<Awaited<ReturnType<typeof readRecordRows>>>;

/** Null where the run ended before its gate, so that there is nothing to record. */
export async function readRecordRows(db: Database, id: string) {
  const [found] = await db
    .select({ run: runs, decision: decisions, dataset: datasets })
    .from(decisions)
    .innerJoin(runs, eq(runs.id, decisions.run))
    .innerJoin(datasets, eq(datasets.hash, runs.dataset))
    .where(eq(decisions.run, id));
  if (!found) return null;
  const [arms, voices, deployed] = await Promise.all([
    readArms(db, id, found.decision.testHash),
    db
      .select()
      .from(approvals)
      .where(and(eq(approvals.run, id), eq(approvals.counted, true)))
      .orderBy(asc(approvals.at)),
    db.select().from(deployments).where(eq(deployments.run, id)).orderBy(desc(deployments.id)).limit(1),
  ]);
  return { ...found, arms, voices, deployed: deployed[0] ?? null };
}

/** Keeps the first record of a run: a repeated call changes nothing. */
export async function saveRecord(db: Database, run: string, ref: ArtifactRef, key: { fingerprint: string; publicKey: string }): Promise<void> {
  await db.insert(signingKeys).values(key).onConflictDoNothing();
  await db
    .update(decisions)
    .set({ recordRef: ref })
    .where(and(eq(decisions.run, run), isNull(decisions.recordRef)));
}

export async function recordOf(db: Database, run: string): Promise<ArtifactRef | null> {
  const [row] = await db.select({ ref: decisions.recordRef }).from(decisions).where(eq(decisions.run, run));
  return (row?.ref as ArtifactRef | null | undefined) ?? null;
}

export async function listSigningKeys(db: Database): Promise<SigningKeyDocument[]> {
  const rows = await db.select().from(signingKeys).orderBy(desc(signingKeys.createdAt));
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}
