import { TunegateError } from '../../contracts/errors.ts';
import type { DatasetSpec } from '../../contracts/pipeline-spec.ts';
import type { Finding } from '../../contracts/run.ts';

/**
 * Stops where findings of a kind are more than the pipeline file allows.
 *
 * @throws TunegateError `too_many_findings` at the first of them
 */
export function requireFewFindings(findings: readonly Finding[], rows: number, stopAt: DatasetSpec['stopAt']): void {
  for (const [kind, share] of Object.entries(stopAt ?? {})) {
    const found = findings.filter((finding) => finding.kind === kind);
    const [first] = found;
    if (first === undefined || found.length <= share * rows) continue;
    throw new TunegateError(
      'too_many_findings',
      `${found.length} of ${rows} rows (${percent(found.length / rows)}) have findings of the kind '${kind}', and dataset.stopAt allows ${percent(share)}; the first: ${first.message}`,
      { where: `${first.file}:${first.line}`, remedy: `${first.remedy}; or raise dataset.stopAt.${kind}` },
    );
  }
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
