/** Names that processes agree on: queues, workflow types, messages, ids. Free of zod, so that workflows may import it. */

export const queues = {
  /** Workflows and the short activities that only touch Postgres and the artifact store. */
  pipeline: 'pipeline',
  /** Activities that call a model service; one queue per provider keeps each within its own rate limit. */
  provider: (provider: string) => `provider-${provider}`,
} as const;

export const workflowTypes = {
  fineTunePipeline: 'fineTunePipeline',
  scheduledRun: 'scheduledRun',
  trainCandidate: 'trainCandidate',
  endpoint: 'endpoint',
  monitorEndpoint: 'monitorEndpoint',
} as const;

/** Each is an update with a validator and a signal of the same name; `progress` is a query. */
export const messages = {
  approve: 'approve',
  reject: 'reject',
  cancel: 'cancel',
  pause: 'pause',
  resume: 'resume',
  extendBudget: 'extendBudget',
  answerJob: 'answerJob',
  progress: 'progress',
} as const;

export const stages = ['dataset', 'synthesis', 'baselines', 'training', 'evaluation', 'gate', 'approval', 'deployment'] as const;
export type Stage = (typeof stages)[number];

export const ids = {
  /** `specHash` is the 64-digit hex SHA-256 of the canonical spec; the id shows its first eight. */
  run: (name: string, specHash: string, n: number) => `fine-tune/${name}/${specHash.slice(0, 8)}/${n}`,
  candidate: (run: string, candidate: string) => `${run}/train/${candidate}`,
  endpoint: (name: string) => `endpoint/${name}`,
  decision: (run: string) => `${run}/decision`,
} as const;

export const defaultPorts = { api: 7300, temporal: 7301 } as const;
