/** Terms that many catalogue entries share. Every one names its public page and the day that it is meant for; docs/providers.md says which were compared. */
import type { DatedPrice, IsoDate, LicenceTerms, Retirement, TrainingBilling } from '../../contracts/catalogue.ts';

export const openAiTerms: LicenceTerms = {
  name: 'OpenAI Services Agreement',
  url: 'https://openai.com/policies/services-agreement/',
  commercialUse: 'yes',
  outputsMayTrainOthers: 'conditions',
  note: 'outputs may not be used to develop models that compete with OpenAI',
  asOf: '2026-04-30',
};
export const llamaCommunity = (version: '3.1' | '3.3', url: string): LicenceTerms => ({
  name: `Llama ${version} Community License`,
  url,
  commercialUse: 'conditions',
  outputsMayTrainOthers: 'conditions',
  note: 'above 700 million monthly users a licence of its own is needed; a model trained on outputs carries "Llama" at the start of its name',
  asOf: '2026-04-30',
});
export const apache = (url: string): LicenceTerms => ({
  name: 'Apache-2.0',
  url,
  commercialUse: 'yes',
  outputsMayTrainOthers: 'yes',
  asOf: '2026-04-30',
});
export const googleTerms: LicenceTerms = {
  name: 'Google Cloud Service Specific Terms',
  url: 'https://cloud.google.com/terms/service-terms',
  commercialUse: 'yes',
  outputsMayTrainOthers: 'conditions',
  note: 'outputs may not be used to develop a similar or competing model',
  asOf: '2026-04-30',
};
export const awsTerms = (note: string): LicenceTerms => ({
  name: 'AWS Service Terms and the model’s EULA',
  url: 'https://aws.amazon.com/service-terms/',
  commercialUse: 'yes',
  outputsMayTrainOthers: 'conditions',
  note,
  asOf: '2026-04-30',
});

/** A tuned model that answers from a deployment of its own, paid by the hour alone. */
export const byTheHour = { usdPerMillionInput: '0', usdPerMillionOutput: '0' } as const;

export const noneAnnounced = (source: string, asOf: IsoDate): Retirement => ({ noNewJobsFrom: null, shutdown: null, source, asOf });

export const perToken = (usdPerMillion: string, minimumUsd?: string, evaluations?: number): TrainingBilling => ({
  rule: 'per-trained-token',
  usdPerMillion,
  countsEpochs: true,
  ...(minimumUsd ? { minimumUsd } : {}),
  ...(evaluations ? { evaluations } : {}),
});

/** One price that has held since `from`; amounts in US dollars per million tokens. */
export const priced = (
  at: Pick<DatedPrice, 'from' | 'asOf' | 'source' | 'confirmed'>,
  train: TrainingBilling,
  input: string,
  output: string,
  more: Partial<Pick<DatedPrice, 'tunedInference' | 'hosting'>> & { batchDiscount?: string; full?: TrainingBilling; dpo?: TrainingBilling } = {},
): DatedPrice => ({
  ...at,
  training: { default: train, ...(more.full ? { full: more.full } : {}), ...(more.dpo ? { dpo: more.dpo } : {}) },
  inference: {
    usdPerMillionInput: input,
    usdPerMillionOutput: output,
    ...(more.batchDiscount ? { batchDiscount: more.batchDiscount } : {}),
  },
  ...(more.tunedInference ? { tunedInference: more.tunedInference } : {}),
  ...(more.hosting ? { hosting: more.hosting } : {}),
});
