/** What every simulated provider has in common: files, jobs that move on as they are looked at, deployments, answers, and a bill of its own. */
import { randomUUID } from 'node:crypto';
import { type Bill, createBill, type SimulatedPrices } from './bill.ts';
import { answerLike } from './answers.ts';
import { conversationTokens, fileTokens, textTokens, type Turn } from './tokens.ts';

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
  /** Trained when it succeeds, and billed. */
  tokens: number;
  readonly createdAt: number;
  state: JobState;
  looks: number;
  model: string | null;
  error: string | null;
  isGone: boolean;
}
export interface SimulatedAnswer {
  readonly text: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
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

export interface Deployment {
  readonly model: string;
  looks: number;
  readonly since: number;
}

export interface Service {
  readonly behaviour: Behaviour;
  readonly files: Map<string, SimulatedFile>;
  readonly jobs: Map<string, SimulatedJob>;
  readonly deployments: ReadonlyMap<string, Deployment>;
  readonly bill: Bill;
  addFile(name: string, bytes: Buffer, id?: string): SimulatedFile;
  lookAtFile(id: string): SimulatedFile | undefined;
  createJob(job: {
    id?: string;
    marks: Record<string, string>;
    base: string;
    trainingFile: string;
    epochs: number;
    /** Billed as training tokens are. */
    evaluated?: { file: string | undefined; times: number };
    model: (id: string) => string;
  }): SimulatedJob;
  /** Each look moves it on: queued, running, running, succeeded. */
  look(id: string): SimulatedJob | undefined;
  list(): SimulatedJob[];
  cancel(id: string): SimulatedJob | undefined;
  deploy(name: string, model: string): void;
  /** True once it is ready; undefined where there is none. */
  lookAtDeployment(name: string): boolean | undefined;
  /** True where there was one. */
  undeploy(name: string): boolean;
  /** A tuned model says what its nearest training row says, any other repeats the question. Billed. */
  answer(model: string, messages: readonly Turn[], isBatch?: boolean): SimulatedAnswer;
}

export const calm: Behaviour = { listingLagMs: 0, fileLooks: 0, moderation: null, goesBackAt: null, vanish: false, rawState: null };

export function createService(prices: SimulatedPrices): Service {
  const behaviour: Behaviour = { ...calm };
  const files = new Map<string, SimulatedFile>();
  const jobs = new Map<string, SimulatedJob>();
  const deployments = new Map<string, Deployment>();
  const models = new Map<string, (id: string) => string>();
  const bill = createBill(prices);

  const finish = (job: SimulatedJob) => {
    job.state = 'succeeded';
    job.model = models.get(job.id)?.(job.id) ?? `model-${job.id}`;
    bill.trained(job.id, job.tokens);
  };
  const tokensIn = (file: string | undefined) => fileTokens(files.get(file ?? '')?.bytes ?? Buffer.alloc(0));
  const tunedOn = (model: string): Buffer | undefined => {
    const job = [...jobs.values()].find((j) => j.model !== null && model.includes(j.model));
    return job && files.get(job.trainingFile)?.bytes;
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
    createJob: ({ id = `job-${randomUUID()}`, marks, base, trainingFile, epochs, evaluated, model }) => {
      const refused = behaviour.moderation;
      const job: SimulatedJob = {
        id,
        marks,
        base,
        trainingFile,
        epochs,
        tokens: tokensIn(trainingFile) * epochs + tokensIn(evaluated?.file) * (evaluated?.times ?? 0),
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
      if (job && (job.state === 'queued' || job.state === 'running')) {
        // What was trained until then is billed: a third per look, nothing while it was queued.
        job.tokens = job.state === 'running' ? Math.floor((job.tokens * Math.min(job.looks, 2)) / 3) : 0;
        job.state = 'cancelled';
        if (job.tokens > 0) bill.trained(job.id, job.tokens);
      }
      return job;
    },
    deploy: (name, model) => {
      if (!deployments.has(name)) deployments.set(name, { model, looks: 0, since: Date.now() });
    },
    lookAtDeployment: (name) => {
      const deployment = deployments.get(name);
      if (!deployment) return undefined;
      deployment.looks += 1;
      return deployment.looks > 1;
    },
    undeploy: (name) => {
      const deployment = deployments.get(name);
      if (deployment) bill.stood(name, Date.now() - deployment.since);
      return deployments.delete(name);
    },
    answer: (model, messages, isBatch = false) => {
      const deployed = [...deployments].find(([name]) => model.includes(name))?.[1].model;
      const text = answerLike(tunedOn(model) ?? (deployed === undefined ? undefined : tunedOn(deployed)), messages);
      const usage = { promptTokens: conversationTokens(messages), completionTokens: textTokens(text) };
      bill.answered(model, usage, isBatch);
      return { text, ...usage };
    },
  };
}
