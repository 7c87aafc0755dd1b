import type { Finding } from '../../contracts/run.ts';
import type { FindingGroup } from './report-data.ts';

/** By kind and action, the largest group first, with its first `shown` findings. */
export function groupFindings(findings: readonly Finding[], shown: number): FindingGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.kind} ${finding.action}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()]
    .flatMap((all): FindingGroup[] => (all[0] ? [{ kind: all[0].kind, action: all[0].action, count: all.length, shown: all.slice(0, shown) }] : []))
    .sort((a, b) => b.count - a.count);
}
