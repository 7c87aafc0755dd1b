/** A run's arms with what they scored on the test rows. */
import { and, asc, eq } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { ArmDocument, ArmKind, ArtifactRef, Estimate } from '../../contracts/run.ts';
import type { Database } from '../database.ts';
import { evaluations, runArms } from '../schema.ts';

/** What a judge said of the same answers. */
const judged = alias(evaluations, 'judged');

export interface ArmFacts {
  readonly document: ArmDocument;
  readonly predictions: ArtifactRef | null;
  readonly score: number;
}

/** Arms in the order of the spec. An arm that has not met these test rows yet has `n` 0 and no metrics. */
export async function readArms(db: Database, run: string, testRows: string | null): Promise<ArmFacts[]> {
  const rows = await db
    .select({ arm: runArms, evaluation: evaluations, judged })
    .from(runArms)
    .leftJoin(evaluations, and(eq(evaluations.artifact, runArms.artifact), eq(evaluations.rowsHash, testRows ?? '')))
    .leftJoin(judged, and(eq(judged.artifact, runArms.judgement), eq(judged.rowsHash, testRows ?? '')))
    .where(eq(runArms.run, run))
    .orderBy(asc(runArms.position));
  return rows.map(({ arm, evaluation, judged: grades }): ArmFacts => {
    const metrics = { ...estimatesIn(evaluation?.metrics), ...estimatesIn(grades?.metrics) };
    return {
      document: {
        name: arm.name,
        kind: arm.kind as ArmKind,
        artifact: arm.artifact as ArtifactRef,
        model: arm.model,
        n: evaluation?.n ?? 0,
        unparseable: evaluation?.unparseable ?? 0,
        usd: (evaluation?.microUsd ?? 0) / 1e6,
        seconds: evaluation?.seconds ?? 0,
        latencyMs: { p50: evaluation?.p50Ms ?? 0, p95: evaluation?.p95Ms ?? 0 },
        metrics,
      },
      predictions: (evaluation?.predictionsRef as ArtifactRef | undefined) ?? null,
      score: (metrics.f1_macro ?? Object.values(metrics)[0])?.value ?? -1,
    };
  });
}

const isEstimate = (value: unknown): value is Estimate =>
  typeof value === 'object' && value !== null && ['value', 'low', 'high'].every((key) => typeof (value as Record<string, unknown>)[key] === 'number');

/** The stored metrics may hold more than estimates (a confusion matrix); the document shows the estimates. */
function estimatesIn(stored: unknown): Record<string, Estimate> {
  if (typeof stored !== 'object' || stored === null) return {};
  return Object.fromEntries(Object.entries(stored).filter((entry): entry is [string, Estimate] => isEstimate(entry[1])));
}
