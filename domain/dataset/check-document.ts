import type { DatasetCheckDocument } from '../../contracts/run.ts';
import { freezeDataset } from './freeze.ts';
import type { PreparedDataset } from './prepare.ts';

/** What `tunegate dataset check FILE --json` prints. */
export function checkDocument(prepared: PreparedDataset): DatasetCheckDocument {
  const { hash, manifest } = freezeDataset(prepared);
  return { hash, rows: manifest.rows, dropped: prepared.dropped, redacted: prepared.redacted, synthetic: 0, findings: prepared.findings };
}
