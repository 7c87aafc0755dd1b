/**
 * Amazon Bedrock custom models, among them Amazon's Nova and Anthropic's Claude; the data lies in S3. Compared on 2026-11-27 with the types of the
 * official client @aws-sdk/client-bedrock 3.1164, which this adapter calls. `clientRequestToken` makes a repeated create meet the first one: idempotent.
 */
import {
  BedrockClient,
  CreateCustomModelDeploymentCommand,
  CreateModelCustomizationJobCommand,
  DeleteCustomModelDeploymentCommand,
  GetCustomModelDeploymentCommand,
  GetModelCustomizationJobCommand,
  type GetModelCustomizationJobCommandOutput,
  StopModelCustomizationJobCommand,
} from '@aws-sdk/client-bedrock';
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { JobStatus } from '../contracts/run.ts';
import { awsError, isAwsError } from './aws-errors.ts';
import { answerByCalls } from './bounded-calls.ts';
import { hosted } from './capabilities.ts';
import { type ChatExample, prepareFiles, systemOf, turnsOf } from './dataset-files.ts';
import { expectField } from './errors.ts';
import { catalogPrice } from './price.ts';
import type { Capabilities, Job, Provider } from './provider.ts';
import { mebibytes, type Patience, type ProviderRow } from './row.ts';
import { unsupported } from './unsupported.ts';
import { waitUntilReady } from './wait-until-ready.ts';

const capabilities: Capabilities = {
  ...hosted,
  submission: 'idempotent',
  listingLagMs: 0,
  methods: ['full'],
  jsonSchema: false,
  checkpoints: false,
  deployment: 'separate',
  limits: { minimumRows: 8, maximumRows: 20_000, maximumBytes: mebibytes(1024), maximumValidationRows: 1000 },
};

const statuses: Readonly<Record<string, JobStatus>> = {
  InProgress: 'running',
  Completed: 'succeeded',
  Failed: 'failed',
  Stopping: 'running',
  Stopped: 'cancelled',
};

const toJob = (job: Omit<GetModelCustomizationJobCommandOutput, '$metadata'>): Job => ({
  id: expectField('bedrock', job.jobArn, 'a job ARN', false),
  status: statuses[String(job.status)] ?? 'unknown',
  rawStatus: String(job.status),
  model: job.outputModelArn ?? null,
  trainedTokens: null,
  resultFiles: [],
  error: job.failureMessage ?? null,
  createdAt: (job.creationTime ?? new Date(0)).toISOString(),
});

/** docs.aws.amazon.com/nova/latest/userguide/fine-tune-prepare-data-understanding.html; Claude's form: …/bedrock/…/model-customization-prepare.html. */
function exampleFor(base: string): (example: ChatExample) => unknown {
  if (base.startsWith('anthropic.'))
    return (example) => ({ ...optional('system', systemOf(example)), messages: turnsOf(example).map(({ role, content }) => ({ role, content })) });
  if (base.startsWith('amazon.nova'))
    return (example) => {
      const system = systemOf(example);
      return {
        schemaVersion: 'bedrock-conversation-2024',
        ...(system === null ? {} : { system: [{ text: system }] }),
        messages: turnsOf(example).map(({ role, content }) => ({ role, content: [{ text: content }] })),
      };
    };
  return (example) => {
    const turns = turnsOf(example);
    const prompt = [systemOf(example), ...turns.slice(0, -1).map((t) => t.content)].filter((t) => t !== null).join('\n\n');
    return { prompt, completion: turns.at(-1)?.content ?? '' };
  };
}
const optional = (name: string, value: string | null) => (value === null ? {} : { [name]: value });

export const bedrock: ProviderRow = {
  name: 'bedrock',
  title: 'Amazon Bedrock',
  requires: ['AWS_REGION', 'BEDROCK_ROLE_ARN', 'BEDROCK_BUCKET'],
  capabilities,
  open: (variables, patience) => {
    const endpoint = variables.optional('BEDROCK_ENDPOINT');
    const common = {
      region: variables.required('AWS_REGION'),
      maxAttempts: 1,
      // HTTP/1.1 for all three: the runtime's own choice, HTTP/2, is not spoken by every endpoint that stands in for it.
      requestHandler: new NodeHttpHandler({ requestTimeout: patience.timeoutMs, connectionTimeout: patience.timeoutMs, throwOnRequestTimeout: true }),
      ...(endpoint ? { endpoint } : {}),
    };
    return bedrockProvider(
      {
        control: new BedrockClient(common),
        runtime: new BedrockRuntimeClient(common),
        s3: new S3Client({ ...common, forcePathStyle: Boolean(endpoint) }),
      },
      { role: variables.required('BEDROCK_ROLE_ARN'), bucket: variables.required('BEDROCK_BUCKET') },
      patience,
    );
  },
};

interface Clients {
  readonly control: BedrockClient;
  readonly runtime: BedrockRuntimeClient;
  readonly s3: S3Client;
}

/** Letters, digits and hyphens, at most 63. */
const jobName = (key: string) => `tg-${key.slice(0, 40)}`;
const deploymentName = (modelArn: string) => `tg-${(modelArn.split('/').at(-1) ?? 'model').replace(/[^a-zA-Z0-9-]/g, '-')}`;

function bedrockProvider({ control, runtime, s3 }: Clients, at: { role: string; bucket: string }, patience: Patience): Provider {
  const call = async <T>(work: () => Promise<T>, isCreate = false): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw awsError('bedrock', error, isCreate);
    }
  };
  const options = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});
  const upload = (bytes: Uint8Array, key: string, signal: AbortSignal | undefined) =>
    call(async () => {
      await s3.send(new PutObjectCommand({ Bucket: at.bucket, Key: key, Body: bytes }), options(signal));
      return `s3://${at.bucket}/${key}`;
    });
  const retrieve = (id: string, signal: AbortSignal | undefined) =>
    call(async () => toJob(await control.send(new GetModelCustomizationJobCommand({ jobIdentifier: id }), options(signal))));

  const complete: Provider['complete'] = (request, { signal } = {}) =>
    call(async () => {
      const system = request.messages.filter((m) => m.role === 'system').map((m) => ({ text: m.content }));
      const started = performance.now();
      const command = new ConverseCommand({
        modelId: request.model,
        messages: request.messages.flatMap((m) => (m.role === 'system' ? [] : [{ role: m.role, content: [{ text: m.content }] }])),
        ...(system.length > 0 ? { system } : {}),
        inferenceConfig: { maxTokens: request.maxTokens, temperature: request.temperature },
      });
      const answer = await runtime.send(command, options(signal));
      return {
        id: request.id,
        text: (answer.output?.message?.content ?? []).map((part) => part.text ?? '').join(''),
        scores: null,
        promptTokens: answer.usage?.inputTokens ?? 0,
        completionTokens: answer.usage?.outputTokens ?? 0,
        latencyMs: performance.now() - started,
        error: null,
      };
    });

  return {
    name: 'bedrock',
    capabilities,

    uploadFiles: async (request, { signal } = {}) => {
      const files = prepareFiles('bedrock', capabilities, request, exampleFor(request.base));
      return {
        training: await upload(files.training, `tunegate/${request.key}/train.jsonl`, signal),
        validation: files.validation ? await upload(files.validation, `tunegate/${request.key}/validation.jsonl`, signal) : null,
      };
    },

    createJob: async ({ key, base, hyperparameters: h }, files, { signal } = {}) => {
      const command = new CreateModelCustomizationJobCommand({
        jobName: jobName(key),
        customModelName: jobName(key),
        roleArn: at.role,
        clientRequestToken: key,
        baseModelIdentifier: base,
        customizationType: 'FINE_TUNING',
        trainingDataConfig: { s3Uri: files.training },
        ...(files.validation ? { validationDataConfig: { validators: [{ s3Uri: files.validation }] } } : {}),
        outputDataConfig: { s3Uri: `s3://${at.bucket}/tunegate/${key}/output` },
        hyperParameters: {
          epochCount: String(Math.max(1, Math.round(Number(h.epochs ?? 3)))),
          ...(h.batchSize ? { batchSize: String(h.batchSize) } : {}),
        },
      });
      const id = await call(async () => {
        const made = await control.send(command, options(signal)).catch((error: unknown) => {
          // The name is taken by our own earlier create whose token has run out.
          if (isAwsError(error, 'ConflictException') || isAwsError(error, 'ResourceInUseException')) return { jobArn: jobName(key) };
          throw error;
        });
        return expectField('bedrock', made.jobArn, 'a job ARN', true);
      }, true);
      return call(() => retrieve(id, signal), true);
    },

    findJob: async ({ key }, { signal } = {}) => {
      try {
        return toJob(await control.send(new GetModelCustomizationJobCommand({ jobIdentifier: jobName(key) }), options(signal)));
      } catch (error) {
        if (isAwsError(error, 'ResourceNotFoundException')) return null;
        throw awsError('bedrock', error, false);
      }
    },

    job: (id, { signal } = {}) => retrieve(id, signal),
    /** Losses are written to the output bucket when the job ends; there is no list of events to follow. */
    events: () => Promise.resolve([]),
    checkpoints: () => Promise.resolve([]),

    cancel: async (id, { signal } = {}) => {
      await call(() => control.send(new StopModelCustomizationJobCommand({ jobIdentifier: id }), options(signal)));
      return retrieve(id, signal);
    },
    pause: () => Promise.reject(unsupported('bedrock', 'pause')),
    resume: () => Promise.reject(unsupported('bedrock', 'resume')),

    complete,
    batch: (_, requests, onProgress, callOptions) => answerByCalls({ complete, capabilities }, requests, onProgress, callOptions),
    embed: () => Promise.reject(unsupported('bedrock', 'embeddings')),

    deploy: ({ base }, { signal } = {}) =>
      call(async () => {
        if (!base.includes(':custom-model/')) return base;
        const name = deploymentName(base);
        const command = new CreateCustomModelDeploymentCommand({ modelDeploymentName: name, modelArn: base, clientRequestToken: name });
        const made = await control.send(command, options(signal)).catch((error: unknown) => {
          if (isAwsError(error, 'ConflictException')) return { customModelDeploymentArn: name };
          throw error;
        });
        const id = expectField('bedrock', made.customModelDeploymentArn, 'a deployment ARN', false);
        let arn = id;
        await waitUntilReady({ provider: 'bedrock', what: `deployment ${name}`, patience, signal }, async () => {
          const now = await control.send(new GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: id }), options(signal));
          arn = now.customModelDeploymentArn ?? arn;
          if (now.status === 'Active') return { state: 'ready' };
          return now.status === 'Failed' ? { state: 'failed', reason: now.failureMessage ?? 'Failed' } : { state: 'waiting' };
        });
        return arn;
      }),
    undeploy: (model, { signal } = {}) =>
      call(async () => {
        await control
          .send(new DeleteCustomModelDeploymentCommand({ customModelDeploymentIdentifier: model }), options(signal))
          .catch((error: unknown) => {
            if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
          });
      }),
    weights: () => Promise.resolve(null),
    price: (base) => catalogPrice('bedrock', base),
  };
}
