/** What the tables and the trainer say once everything has ended. Each query lists what must not be. */
import { openDatabase } from '../../../db/database.ts';
import type { Stack } from '../../../workers/stack/start.ts';

const live = `('intended','validating','queued','running','paused')`;

const mustBeEmpty: Readonly<Record<string, string>> = {
  'an idempotency key with two runs': `select idempotency_key as what from runs where idempotency_key is not null group by 1 having count(*) > 1`,
  'a run that has not ended': `select id as what from runs where outcome is null`,
  'two live or succeeded jobs with one recipe': `select recipe as what from jobs where status in ${live} or status = 'succeeded' group by recipe having count(*) > 1`,
  'a job that still lives': `select key || ' ' || status as what from jobs where status in ${live}`,
  'a deployment without a counted approval of that artifact': `select d.run || ' ' || d.artifact as what from deployments d where d.action = 'promote'
     and not exists (select 1 from approvals a where a.run = d.run and a.artifact = d.artifact and a.verdict = 'approve' and a.counted)`,
  'a run that is deployed without a deployment': `select r.id as what from runs r where r.outcome = 'deployed' and not exists (select 1 from deployments d where d.run = r.id)`,
  'a deployment of a run that did not end deployed': `select d.run as what from deployments d join runs r on r.id = d.run where d.action = 'promote' and r.outcome <> 'deployed'`,
  'a loss curve with a gap': `select e.key as what from job_events e join jobs j on j.key = e.key where j.status = 'succeeded' and e.train_loss is not null
     group by e.key having count(distinct e.step) < max(e.total_steps)`,
};

export async function inspectLedger(stack: Stack): Promise<string[]> {
  const { pool, close } = openDatabase(stack.databaseUrl, { max: 2 });
  try {
    const violations: string[] = [];
    for (const [name, query] of Object.entries(mustBeEmpty)) {
      const { rows } = await pool.query<{ what: string }>(query);
      violations.push(...rows.map((row) => `${name}: ${row.what}`));
    }
    const { rows: known } = await pool.query<{ id: string; status: string }>(
      'select provider_job_id as id, status from jobs where provider_job_id is not null',
    );
    return [...violations, ...(await inspectTrainer(stack, new Map(known.map((row) => [row.id, row.status]))))];
  } finally {
    await close();
  }
}

interface TrainerJob {
  readonly id: string;
  readonly status: string;
  readonly metadata: Readonly<Record<string, string>> | null;
}

/** The trainer's own books: no job twice, none that the ledger does not know, nothing left that works. */
async function inspectTrainer(stack: Stack, ledger: ReadonlyMap<string, string>): Promise<string[]> {
  const ask = async <T>(path: string) => {
    const answer = await fetch(`${stack.trainerUrl}/v1/${path}`, { headers: { authorization: `Bearer ${stack.trainerKey}` } });
    return ((await answer.json()) as { data: T[] }).data;
  };
  const jobs = await ask<TrainerJob>('fine_tuning/jobs?limit=100');
  const violations: string[] = [];
  const seen = new Map<string, string>();
  for (const job of jobs.filter((j) => j.status !== 'failed' && j.status !== 'cancelled')) {
    const key = Object.values(job.metadata ?? {}).join();
    if (seen.has(key)) violations.push(`the trainer has two jobs for one key: ${seen.get(key)} and ${job.id}`);
    seen.set(key, job.id);
    if (!ledger.has(job.id)) violations.push(`the trainer has a job that the ledger does not know: ${job.id}`);
    if (job.status !== 'succeeded') violations.push(`the trainer's job ${job.id} is ${job.status}`);
  }
  const batches = await ask<{ id: string; status: string }>('batches?limit=100');
  const working = batches.filter((b) => ['validating', 'in_progress', 'finalizing'].includes(b.status));
  return [...violations, ...working.map((b) => `the trainer still answers batch ${b.id}`)];
}
