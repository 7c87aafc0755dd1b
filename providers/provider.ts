import type { TrainingMachine } from '../contracts/estimate.ts';
import type { JobStatus } from '../contracts/run.ts';

/**
 * How a provider lets us submit a job exactly once.
 * `idempotent`: a repeated create with the same key returns the first job. `searchable`: jobs can be listed and matched by key.
 * `blind`: neither; an ambiguous create needs a person.
 */
export type Submission = 'idempotent' | 'searchable' | 'blind';

export interface Capabilities {
  readonly submission: Submission;
  /** How long after a create a listing may still miss it. */
  readonly listingLagMs: number;
  readonly batch: boolean;
  /** Answers can be constrained to an enumeration and come with a log-probability per value. */
  readonly enumeratedAnswers: boolean;
  readonly jsonSchema: boolean;
  /** Written answers come with their tokens' log-probabilities. */
  readonly logprobs?: boolean;
  readonly pause: boolean;
  readonly methods: readonly string[];
  /** Keys of a candidate beyond its hyperparameters that training heeds; none where absent. */
  readonly controls?: readonly string[];
  /** Weights can be downloaded and registered again elsewhere. */
  readonly portableWeights: boolean;
  /** `separate`: a tuned model answers only after `deploy`, which may cost by the hour until `undeploy`. */
  readonly deployment: 'none' | 'separate';
  readonly checkpoints: boolean;
  /** What the service takes as training data; checked before a byte is uploaded. */
  readonly limits: DatasetLimits;
  /** Kept by the provider's own queue and, within a step, by its bounded parallel calls. */
  readonly rate: { readonly stepsPerSecond: number; readonly parallelCalls: number };
}

export interface DatasetLimits {
  /** Rows of the training file. */
  readonly minimumRows: number;
  readonly maximumRows: number | null;
  /** Bytes of one file as it is sent. */
  readonly maximumBytes: number;
  /** Validation rows beyond these are left out: they cost and do not train. */
  readonly maximumValidationRows: number | null;
}

export interface JobRequest {
  readonly key: string;
  readonly base: string;
  readonly method: string;
  /** Chat JSON lines. */
  readonly trainingFile: Uint8Array;
  readonly validationFile: Uint8Array | null;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** Shown in the provider's own console; at most 40 characters. */
  readonly suffix: string;
}

/** Names under which the service knows a job's data: file ids, dataset names or object addresses. */
export interface UploadedFiles {
  readonly training: string;
  readonly validation: string | null;
}

export interface Job {
  readonly id: string;
  readonly status: JobStatus;
  /** The provider's own word, kept for the record. */
  readonly rawStatus: string;
  readonly model: string | null;
  readonly trainedTokens: number | null;
  readonly resultFiles: readonly string[];
  readonly error: string | null;
  readonly createdAt: string;
}

export interface JobEvent {
  readonly id: string;
  readonly at: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly step: number | null;
  readonly totalSteps: number | null;
  readonly trainLoss: number | null;
  readonly validationLoss: number | null;
  readonly tokensPerSecond: number | null;
}

export interface Checkpoint {
  readonly id: string;
  readonly step: number;
  readonly model: string;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface CompletionRequest {
  /** Unique within a batch. */
  readonly id: string;
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly maxTokens: number;
  readonly temperature: number;
  /** Repeats a sampled answer where the service can. */
  readonly seed?: number;
  /** Constrain to one of these values, with scores where the provider gives them. */
  readonly labels: readonly string[] | null;
  readonly schema: Readonly<Record<string, unknown>> | null;
  /** Asks for the log-probabilities of written tokens, each with so many of the likeliest; where the service does not give them, none come. */
  readonly topLogprobs?: number;
}

/** One written token with its natural-log probability, and the likeliest tokens of its place. */
export interface WrittenToken {
  readonly token: string;
  readonly logprob: number;
  readonly top: readonly { readonly token: string; readonly logprob: number }[];
}

export interface Completion {
  readonly id: string;
  readonly text: string;
  readonly scores: Readonly<Record<string, number>> | null;
  /** Of a written answer, where they were asked for. */
  readonly tokens?: readonly WrittenToken[];
  /** `length`: the answer was cut at `maxTokens`. */
  readonly finish?: 'stop' | 'length';
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly latencyMs: number | null;
  /** A request that failed for good; the row counts as wrong. */
  readonly error: string | null;
}

export interface BatchProgress {
  readonly done: number;
  readonly total: number;
}

export interface Price {
  /** US dollars per million tokens. */
  readonly trainPerMillion: number;
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  readonly hourly: number;
  readonly asOf: string;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Every outside model service, ours included. Same verbs in the same order in each file. Methods throw `ProviderError`. */
export interface Provider {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Checks the limits, converts the format and uploads; costs nothing and may be repeated. */
  uploadFiles(request: JobRequest, options?: CallOptions): Promise<UploadedFiles>;
  /** The one call that costs: exactly one request that creates. */
  createJob(request: JobRequest, files: UploadedFiles, options?: CallOptions): Promise<Job>;
  /** The job that carries this key, whatever became of it; a live or succeeded one before others. */
  findJob(request: Pick<JobRequest, 'key' | 'suffix'>, options?: CallOptions): Promise<Job | null>;
  job(id: string, options?: CallOptions): Promise<Job>;
  /** Events after `after` (an event id), oldest first. */
  events(id: string, after: string | null, options?: CallOptions): Promise<readonly JobEvent[]>;
  checkpoints(id: string, options?: CallOptions): Promise<readonly Checkpoint[]>;
  cancel(id: string, options?: CallOptions): Promise<Job>;
  pause(id: string, options?: CallOptions): Promise<Job>;
  resume(id: string, options?: CallOptions): Promise<Job>;
  complete(request: CompletionRequest, options?: CallOptions): Promise<Completion>;
  /** Answers every request; `key` makes a repeated call join the batch already under way. */
  batch(
    key: string,
    requests: readonly CompletionRequest[],
    onProgress: (p: BatchProgress) => void,
    options?: CallOptions,
  ): Promise<readonly Completion[]>;
  embed(model: string, inputs: readonly string[], options?: CallOptions): Promise<readonly (readonly number[])[]>;
  /** Makes the model answer under the returned name; where weights are portable, from `weights`. Repeating it changes nothing. */
  deploy(
    model: { readonly base: string; readonly weights: { readonly sha256: string; readonly read: () => Promise<Uint8Array> } | null },
    options?: CallOptions,
  ): Promise<string>;
  undeploy(model: string, options?: CallOptions): Promise<void>;
  /** The weights file of a succeeded job, or null where the provider keeps them. */
  weights(job: Job, options?: CallOptions): Promise<Uint8Array | null>;
  price(base: string): Price;
  /** Tokens by a model's own tokenizer and chat template, conversations first; only where the service tells them. */
  countTokens?(
    model: string,
    request: {
      readonly conversations?: readonly (readonly { readonly role: string; readonly content: string }[])[];
      readonly texts?: readonly string[];
      readonly maxLength?: number | undefined;
    },
  ): Promise<readonly number[]>;
  /** Memory of the machine that trains, and the size of a base; only for own machines. */
  machine?(base: string): Promise<TrainingMachine>;
}

/** `retry`: the same call may succeed later. `never`: it will not. `ambiguous`: we do not know whether it took effect. */
export type ProviderFailure = 'retry' | 'never' | 'ambiguous';

export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly provider: string;
  readonly failure: ProviderFailure;
  readonly status: number | null;
  readonly retryAfterMs: number | null;

  constructor(
    provider: string,
    failure: ProviderFailure,
    message: string,
    detail: { status?: number | null; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause: detail.cause });
    this.provider = provider;
    this.failure = failure;
    this.status = detail.status ?? null;
    this.retryAfterMs = detail.retryAfterMs ?? null;
  }
}
