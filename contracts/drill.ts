/** What a base model's retirement would put at risk, and the runs that try its replacement. */
import type { IsoDate, Retirement } from './catalogue.ts';
import type { ArtifactRef } from './run.ts';

/** `GET /api/drills?model=…` */
export interface DrillDocument {
  /** As it was asked for: `BASE` or `PROVIDER/BASE`. */
  readonly model: string;
  readonly endpoints: readonly EndpointAtRisk[];
  /** Models that could be tuned instead: of configured providers, with a known price, and nothing announced for half a year; cheapest training first. */
  readonly alternatives: readonly { readonly provider: string; readonly base: string; readonly trainingPerMillion: number }[];
}

export interface EndpointAtRisk {
  readonly endpoint: string;
  readonly serves: 'champion' | 'previous' | 'canary';
  readonly arm: string;
  readonly artifact: ArtifactRef;
  readonly run: string;
  readonly provider: string;
  /** The base that the served model was tuned from, or is. */
  readonly base: string;
  readonly retirement: Retirement | null;
  /** Days until it answers no more, 0 where it does not already; null where no day is announced. */
  readonly daysLeft: number | null;
}

/** `POST /api/drills` */
export interface DrillRequest {
  readonly model: string;
  /** What is tuned instead. */
  readonly on: { readonly provider: string; readonly base: string; readonly method?: string };
  /** By how much the replacement may be worse. */
  readonly margin: number;
  readonly requestedBy: string | null;
}
export interface DrillRun {
  readonly endpoint: string;
  readonly run: string;
}

export const daysUntil = (day: IsoDate, today: IsoDate): number =>
  Math.max(0, Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${today}T00:00:00Z`)) / 86_400_000));
