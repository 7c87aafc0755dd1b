import type { DatasetCheckDocument } from '../../contracts/run.ts';
import { freezeDataset } from './freeze.ts';
import type { PreparedDataset } from './prepare.ts';

/** What `tunegate dataset check FILE --json` prints. @param schema of an extraction task: it is part of what is hashed */
export function checkDocument(prepared: PreparedDataset, schema?: string): DatasetCheckDocument {
  const { hash, manifest } = freezeDataset(prepared, schema);
  return { hash, rows: manifest.rows, dropped: prepared.dropped, redacted: prepared.redacted, synthetic: 0, findings: prepared.findings };
}
