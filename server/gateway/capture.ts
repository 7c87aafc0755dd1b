import type { EndpointVersion } from '../../contracts/api.ts';
import type { CapturedRequest } from '../../contracts/monitoring.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { saveCapture } from '../../db/queries/monitoring.ts';
import { runById } from '../../db/queries/run-end.ts';
import { redactText } from '../../domain/dataset/private-data/redact.ts';
import type { Services } from '../services.ts';
import type { Answer } from './answer.ts';

interface CaptureSettings {
  readonly share: number;
  readonly pii: PipelineSpec['dataset']['pii'];
  readonly isClassification: boolean;
}

/** A run's spec never changes. */
const settings = new WeakMap<Services, Map<string, Promise<CaptureSettings>>>();

/**
 * Keeps a share of the answered requests, for monitoring and as future training data. Never delays an answer and never fails one.
 * @param draw uniform in [0, 1)
 */
export function capture(
  services: Services,
  request: { readonly endpoint: string; readonly version: EndpointVersion; readonly input: string; readonly answer: Answer },
  draw: number,
): void {
  keep(services, request, draw).catch((err: unknown) => services.log.error({ err, endpoint: request.endpoint }, 'a request was not captured'));
}

async function keep(services: Services, { endpoint, version, input, answer }: Parameters<typeof capture>[1], draw: number): Promise<void> {
  const { share, pii, isClassification } = await settingsOf(services, version.run);
  if (draw >= share) return;
  const found = pii === 'allow' ? null : redactText([input, answer.text], pii === 'redact');
  // The dataset stage would drop such a row, so it is not kept either.
  if (pii === 'reject' && found && found.kinds.length > 0) return;
  const [text = input, said = answer.text] = found?.texts ?? [];
  const content: CapturedRequest = { version: 1, input: text, answer: said, scores: answer.completion.scores };
  const scores = Object.values(answer.completion.scores ?? {});
  await saveCapture(services.db, {
    endpoint,
    artifact: version.artifact,
    requestRef: await services.artifacts.putJson(content),
    answer: answer.isParsed ? (isClassification ? answer.text : 'text') : null,
    length: input.length,
    confidence: scores.length > 0 ? Math.exp(Math.max(...scores)) : null,
    latencyMs: answer.completion.latencyMs,
  });
}

function settingsOf(services: Services, run: string): Promise<CaptureSettings> {
  const known = settings.get(services) ?? new Map<string, Promise<CaptureSettings>>();
  settings.set(services, known);
  const found = known.get(run) ?? read(services, run);
  known.set(run, found);
  found.catch(() => known.delete(run));
  return found;
}

async function read({ db, artifacts }: Services, run: string): Promise<CaptureSettings> {
  const { specRef } = await runById(db, run);
  const spec = await artifacts.getJson<PipelineSpec>(specRef as ArtifactRef);
  return { share: spec.deployment.capture, pii: spec.dataset.pii, isClassification: spec.task.type === 'classification' };
}
