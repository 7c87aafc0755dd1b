import type { MonitoringCheck } from '../../contracts/monitoring.ts';
import { capturesOf } from '../../db/queries/monitoring.ts';
import { fewestRequests, measureDrift, type Observation } from '../../domain/monitoring/measure-drift.ts';
import type { ActivityDeps } from '../deps.ts';
import type { Champion } from './champion.ts';

/** The newest captured requests that a check looks at. */
export const window = 1000;
const seed = 7;

export type Traffic = Pick<MonitoringCheck, 'requests' | 'unparseable' | 'drift'>;

/** Captured traffic of the champion against what its evaluation saw. */
export async function observeTraffic(deps: ActivityDeps, endpoint: string, champion: Champion, threshold: number): Promise<Traffic> {
  const captured = await capturesOf(deps.db, { endpoint, artifact: champion.ref, limit: window });
  const unparseable = captured.filter(({ answer }) => answer === null).length;
  if (captured.length < fewestRequests) {
    const note = `${captured.length} requests were captured of this version; it takes ${fewestRequests} to say anything`;
    return { requests: captured.length, unparseable, drift: { features: [], note } };
  }
  const { task } = champion.artifact;
  const isClassification = task.type === 'classification';
  const reference = champion.test.flatMap((row): Observation[] => {
    const said = champion.answers.get(row.id);
    if (!said) return [];
    const scores = Object.values(said.scores ?? {});
    const answer = said.answer === null ? null : isClassification ? said.answer : 'text';
    return [{ answer, length: row.input.length, confidence: scores.length > 0 ? Math.exp(Math.max(...scores)) : null }];
  });
  const features = measureDrift(reference, captured, { psi: threshold, labels: isClassification ? task.labels : [], seed });
  return { requests: captured.length, unparseable, drift: { features, note: null } };
}
