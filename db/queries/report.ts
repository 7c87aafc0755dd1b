/** What a run's report needs beside its status: the rows as they were written, for `server/report` to put together. */
import { and, asc, eq } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { alphaLedger, approvals, datasets, decisions, evaluations, jobRuns, jobs, runArms, spend } from '../schema.ts';
import { estimateOfRun } from './budgets.ts';
import type { RunRow } from './runs.ts';

export type ReportRows = Awaited<ReturnType<typeof readReportRows>>;

export async function readReportRows(db: Database, run: RunRow) {
  const [dataset, decision] = await Promise.all([
    run.dataset === null
      ? null
      : db
          .select()
          .from(datasets)
          .where(eq(datasets.hash, run.dataset))
          .then((rows) => rows[0] ?? null),
    db
      .select()
      .from(decisions)
      .where(eq(decisions.run, run.id))
      .then((rows) => rows[0] ?? null),
  ]);
  const [arms, jobRows, voices, ledger, spent] = await Promise.all([
    db
      .select({ arm: runArms, evaluation: evaluations })
      .from(runArms)
      .leftJoin(evaluations, and(eq(evaluations.artifact, runArms.artifact), eq(evaluations.rowsHash, dataset?.testHash ?? '')))
      .where(eq(runArms.run, run.id))
      .orderBy(asc(runArms.position)),
    db
      .select({ candidate: jobRuns.candidate, job: jobs })
      .from(jobRuns)
      .innerJoin(jobs, eq(jobs.key, jobRuns.key))
      .where(eq(jobRuns.run, run.id))
      .orderBy(asc(jobs.createdAt)),
    db.select().from(approvals).where(eq(approvals.run, run.id)).orderBy(asc(approvals.at)),
    decision === null
      ? []
      : db
          .select()
          .from(alphaLedger)
          .where(and(eq(alphaLedger.endpoint, decision.endpoint), eq(alphaLedger.testHash, decision.testHash)))
          .orderBy(asc(alphaLedger.look)),
    db.select().from(spend).where(eq(spend.run, run.id)).orderBy(asc(spend.id)),
  ]);
  return { dataset, decision, arms, jobs: jobRows, voices, ledger, spent, estimate: await estimateOfRun(db, run.id) };
}
