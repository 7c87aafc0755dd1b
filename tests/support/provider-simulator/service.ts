/** What every simulated provider has in common: files, jobs that move on as they are looked at, deployments, and a bill of its own. */
import { randomUUID } from 'node:crypto';

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export interface SimulatedFile {
  readonly id: string;
  readonly name: string;
  bytes: Buffer;
  /** Looks until it is ready. */
  looksLeft: number;
}
export interface SimulatedJob {
  readonly id: string;
  /** What the service was told to know it by: key, suffix, token or name, as its dialect has it. */
  readonly marks: Readonly<Record<string, string>>;
  readonly base: string;
  readonly trainingFile: string;
  readonly epochs: number;
  readonly tokens: number;
  readonly createdAt: number;
  state: JobState;
  looks: number;
  model: string | null;
  error: string | null;
  isGone: boolean;
}
export interface BillLine {
  readonly job: string;
  readonly tokens: number;
  readonly microUsd: number;
}

export interface Behaviour {
  /** Milliseconds for which a new job is missing from lists. */
  listingLagMs: number;
  /** Looks until a file is ready; Infinity: never. */
  fileLooks: number;
  /** The next created job fails with these words. */
  moderation: string | null;
  /** The look at which a running job is told as queued again. */
  goesBackAt: number | null;
  /** Jobs vanish when next looked at. */
  vanish: boolean;
  /** Told instead of the job's state, until cleared. */
  rawState: string | null;
}

export interface Service {
  readonly behaviour: Behaviour;
  readonly files: Map<string, SimulatedFile>;
  readonly jobs: Map<string, SimulatedJob>;
  readonly deployments: Map<string, { model: string; looks: number }>;
  readonly bill: BillLine[];
  addFile(name: string, bytes: Buffer, id?: string): SimulatedFile;
  lookAtFile(id: string): SimulatedFile | undefined;
  createJob(job: {
    id?: string;
    marks: Record<string, string>;
    base: string;
    trainingFile: string;
    epochs: number;
    model: (id: string) => string;
  }): SimulatedJob;
  /** Each look moves it on: queued, running, running, succeeded. */
  look(id: string): SimulatedJob | undefined;
  list(): SimulatedJob[];
  cancel(id: string): SimulatedJob | undefined;
  deploy(name: string, model: string): void;
  /** True once it is ready; undefined where there is none. */
  lookAtDeployment(name: string): boolean | undefined;
}

export const calm: Behaviour = { listingLagMs: 0, fileLooks: 0, moderation: null, goesBackAt: null, vanish: false, rawState: null };

/** `microUsdPerToken`: the price on its bill. Tokens are bytes of the training file by four, times epochs. */
export function createService(microUsdPerToken: number): Service {
  const behaviour: Behaviour = { ...calm };
  const files = new Map<string, SimulatedFile>();
  const jobs = new Map<string, SimulatedJob>();
  const deployments = new Map<string, { model: string; looks: number }>();
  const bill: BillLine[] = [];
  const models = new Map<string, (id: string) => string>();

  const finish = (job: SimulatedJob) => {
    job.state = 'succeeded';
    job.model = models.get(job.id)?.(job.id) ?? `model-${job.id}`;
    bill.push({ job: job.id, tokens: job.tokens, microUsd: Math.round(job.tokens * microUsdPerToken) });
  };

  return {
    behaviour,
    files,
    jobs,
    deployments,
    bill,
    addFile: (name, bytes, id = `file-${randomUUID()}`) => {
      const file = { id, name, bytes, looksLeft: behaviour.fileLooks };
      files.set(id, file);
      return file;
    },
    lookAtFile: (id) => {
      const file = files.get(id);
      if (file && file.looksLeft > 0) file.looksLeft -= 1;
      return file;
    },
    createJob: ({ id = `job-${randomUUID()}`, marks, base, trainingFile, epochs, model }) => {
      const bytes = files.get(trainingFile)?.bytes.length ?? 0;
      const refused = behaviour.moderation;
      const job: SimulatedJob = {
        id,
        marks,
        base,
        trainingFile,
        epochs,
        tokens: Math.ceil(bytes / 4) * epochs,
        createdAt: Date.now(),
        state: refused ? 'failed' : 'queued',
        looks: 0,
        model: null,
        error: refused,
        isGone: false,
      };
      models.set(id, model);
      jobs.set(id, job);
      return job;
    },
    look: (id) => {
      const job = jobs.get(id);
      if (!job || job.isGone) return undefined;
      if (behaviour.vanish) {
        job.isGone = true;
        return undefined;
      }
      job.looks += 1;
      if (job.state === 'queued') job.state = 'running';
      else if (job.state === 'running' && behaviour.goesBackAt === job.looks) job.state = 'queued';
      else if (job.state === 'running' && job.looks >= 3) finish(job);
      return job;
    },
    list: () => [...jobs.values()].filter((job) => !job.isGone && Date.now() - job.createdAt >= behaviour.listingLagMs).reverse(),
    cancel: (id) => {
      const job = jobs.get(id);
      if (job && (job.state === 'queued' || job.state === 'running')) job.state = 'cancelled';
      return job;
    },
    deploy: (name, model) => {
      if (!deployments.has(name)) deployments.set(name, { model, looks: 0 });
    },
    lookAtDeployment: (name) => {
      const deployment = deployments.get(name);
      if (!deployment) return undefined;
      deployment.looks += 1;
      return deployment.looks > 1;
    },
  };
}
