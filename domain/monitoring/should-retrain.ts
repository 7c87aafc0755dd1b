import type { MonitoringCheck } from '../../contracts/monitoring.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { durationMs } from '../run/duration.ts';

export interface Occasion {
  readonly settings: PipelineSpec['monitoring']['retrain'];
  readonly drift: MonitoringCheck['drift'];
  readonly agreement: MonitoringCheck['agreement'];
  readonly newRows: number | null;
  /** When the champion's base model stops answering; null: nothing announced. */
  readonly shutdown: string | null;
  readonly nowMs: number;
  /** When a run of this pipeline last began. */
  readonly lastRunMs: number | null;
  /** A run is under way. */
  readonly isRunning: boolean;
}
export interface RetrainingAnswer {
  readonly start: boolean;
  /** Why a run is due, or would be. */
  readonly reasons: readonly string[];
  /** Why none is started though one is due; null where one is, or none is due. */
  readonly heldBack: string | null;
}

/** Whether a retraining run is due. What it trains still has to pass the gate and a person: this starts work, it decides nothing. */
export function shouldRetrain(occasion: Occasion): RetrainingAnswer {
  const { settings, drift, agreement, newRows, shutdown, nowMs, lastRunMs, isRunning } = occasion;
  const reasons: string[] = [];
  const drifted = drift.features.filter((feature) => feature.isDrifted);
  if (settings.onDrift && drifted.length > 0)
    reasons.push(`the traffic has drifted: ${drifted.map(({ name, psi }) => `${name} (PSI ${psi.toFixed(2)})`).join(', ')}`);
  if (settings.onDrift && agreement?.hasDropped)
    reasons.push(
      `it agrees with ${agreement.against} on ${percent(agreement.sample.share)} of the traffic, on the test rows it was ${percent(agreement.test.share)}`,
    );
  if (settings.onNewRows !== undefined && newRows !== null && newRows >= settings.onNewRows)
    reasons.push(`the source holds ${newRows} rows that the champion's dataset does not have`);
  if (settings.beforeRetirement !== undefined && shutdown !== null && Date.parse(shutdown) - nowMs <= durationMs(settings.beforeRetirement))
    reasons.push(`its base model stops answering on ${shutdown}`);
  if (reasons.length === 0) return { start: false, reasons, heldBack: null };
  if (isRunning) return { start: false, reasons, heldBack: 'a run of this pipeline is under way' };
  const restMs = lastRunMs === null ? 0 : lastRunMs + durationMs(settings.cooldown) - nowMs;
  if (restMs > 0) return { start: false, reasons, heldBack: `the last run began less than ${settings.cooldown} ago` };
  return { start: true, reasons, heldBack: null };
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
