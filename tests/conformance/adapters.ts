import { openProviders } from '../../providers/index.ts';
import type { JobRequest, Provider } from '../../providers/provider.ts';
import type { Patience } from '../../providers/row.ts';
import type { DialectName } from '../support/provider-simulator/server.ts';

/** Real adapters with a short patience. Each row: which dialect it is tried against, and the variables that point it there. */
export interface AdapterUnderTest {
  readonly name: string;
  readonly dialect: DialectName;
  readonly base: string;
  readonly variables: (url: string) => Readonly<Record<string, string>>;
  /** A word for each normalised state, from the provider's document. */
  readonly words: readonly string[];
}

const openAiWords = ['validating_files', 'queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled', 'RUNNING', 'Succeeded'];
const gemini = [
  'QUEUED',
  'PENDING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'CANCELLING',
  'CANCELLED',
  'PAUSED',
  'EXPIRED',
  'UPDATING',
  'PARTIALLY_SUCCEEDED',
];

export const adapters: readonly AdapterUnderTest[] = [
  {
    name: 'openai',
    dialect: 'openai',
    base: 'gpt-4o-mini-2024-07-18',
    words: openAiWords,
    variables: (url) => ({ OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${url}/v1` }),
  },
  {
    name: 'nebius',
    dialect: 'openai',
    base: 'meta-llama/Meta-Llama-3.1-8B-Instruct',
    words: openAiWords,
    variables: (url) => ({ NEBIUS_API_KEY: 'k', NEBIUS_BASE_URL: `${url}/v1` }),
  },
  {
    name: 'compatible',
    dialect: 'openai',
    base: 'any',
    words: openAiWords,
    variables: (url) => ({ COMPATIBLE_API_KEY: 'k', COMPATIBLE_BASE_URL: `${url}/v1` }),
  },
  {
    name: 'azure',
    dialect: 'azure',
    base: 'gpt-4.1-mini-2025-04-14',
    words: [...openAiWords, 'pending', 'notRunning', 'pausing'],
    variables: (url) => ({
      AZURE_OPENAI_ENDPOINT: url,
      AZURE_OPENAI_API_KEY: 'k',
      AZURE_SUBSCRIPTION_ID: 's',
      AZURE_RESOURCE_GROUP: 'g',
      AZURE_OPENAI_RESOURCE: 'a',
      AZURE_MANAGEMENT_URL: url,
      AZURE_MANAGEMENT_TOKEN: 't',
    }),
  },
  {
    name: 'together',
    dialect: 'together',
    base: 'Qwen/Qwen2.5-7B-Instruct',
    words: ['pending', 'queued', 'running', 'compressing', 'uploading', 'cancel_requested', 'cancelled', 'error', 'user_error', 'completed'],
    variables: (url) => ({ TOGETHER_API_KEY: 'k', TOGETHER_BASE_URL: `${url}/v1` }),
  },
  {
    name: 'fireworks',
    dialect: 'fireworks',
    base: 'accounts/fireworks/models/qwen2p5-7b-instruct',
    words: ['CREATING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'DELETING', 'WRITING_RESULTS', 'VALIDATING', 'PENDING', 'PAUSED'].map(
      (w) => `JOB_STATE_${w}`,
    ),
    variables: (url) => ({ FIREWORKS_API_KEY: 'k', FIREWORKS_ACCOUNT_ID: 'me', FIREWORKS_BASE_URL: url }),
  },
  {
    name: 'mistral',
    dialect: 'mistral',
    base: 'open-mistral-nemo',
    words: [
      'QUEUED',
      'STARTED',
      'VALIDATING',
      'VALIDATED',
      'RUNNING',
      'FAILED_VALIDATION',
      'FAILED',
      'SUCCESS',
      'CANCELLED',
      'CANCELLATION_REQUESTED',
    ],
    variables: (url) => ({ MISTRAL_API_KEY: 'k', MISTRAL_BASE_URL: `${url}/v1` }),
  },
  {
    name: 'vertex',
    dialect: 'vertex',
    base: 'gemini-2.5-flash',
    words: gemini.map((w) => `JOB_STATE_${w}`),
    variables: (url) => ({
      GOOGLE_CLOUD_PROJECT: 'p',
      GOOGLE_CLOUD_LOCATION: 'l',
      VERTEX_BUCKET: 'b',
      GOOGLE_ACCESS_TOKEN: 't',
      VERTEX_BASE_URL: url,
      GOOGLE_STORAGE_URL: url,
    }),
  },
  {
    name: 'bedrock',
    dialect: 'bedrock',
    base: 'amazon.nova-micro-v1:0:128k',
    words: ['InProgress', 'Completed', 'Failed', 'Stopping', 'Stopped'],
    variables: (url) => ({
      AWS_REGION: 'us-east-1',
      BEDROCK_ROLE_ARN: 'arn:aws:iam::123456789012:role/r',
      BEDROCK_BUCKET: 'b',
      BEDROCK_ENDPOINT: url,
    }),
  },
];

export const impatient: Patience = { timeoutMs: 400, pollMs: 5, readyMs: 1_000 };
export const openAdapter = (adapter: AdapterUnderTest, url: string): Provider => openProviders(adapter.variables(url), impatient)(adapter.name);

export function requestFor(adapter: AdapterUnderTest, key: string, rows = 12): JobRequest {
  const line = (i: number) =>
    JSON.stringify({
      messages: [
        { role: 'system', content: 'Which team?' },
        { role: 'user', content: `message ${i}` },
        { role: 'assistant', content: 'billing' },
      ],
    });
  const trainingFile = Buffer.from(`${Array.from({ length: rows }, (_, i) => line(i)).join('\n')}\n`);
  const hyperparameters = {
    epochs: 2,
    learningRate: 1e-4,
    rank: 8,
    alpha: 8,
    dropout: 0,
    batchSize: 4,
    maxLength: 512,
    weightDecay: 0,
    warmupRatio: 0,
  };
  return { key, base: adapter.base, method: 'lora', trainingFile, validationFile: null, hyperparameters, seed: 7, suffix: `tg${key.slice(0, 16)}` };
}
