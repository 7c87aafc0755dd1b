import { canonicalJson, sha256 } from '../hash.ts';
import type { ArtifactRef, DroppedCounts, RowCounts } from '../../contracts/run.ts';
import type { Row, Split } from '../../contracts/rows.ts';
import type { PreparedDataset, PrepareSettings } from './prepare.ts';

export interface FrozenManifest {
  readonly version: 1;
  readonly rows: RowCounts;
  /** Address of the JSON lines of each side. */
  readonly content: Readonly<Record<Split, ArtifactRef>>;
  readonly labels: readonly string[];
  readonly dropped: DroppedCounts;
  readonly settings: PrepareSettings;
  /** Of an extraction task: another schema makes it another dataset. */
  readonly schema?: Readonly<Record<string, unknown>>;
}
export interface Frozen {
  readonly hash: ArtifactRef;
  readonly manifest: FrozenManifest;
  /** Canonical JSON lines, as they are hashed. */
  readonly lines: Readonly<Record<Split, string>>;
}

/** Freezes a dataset: canonical bytes for each side and one hash over them and the settings. The same input gives the same hash. */
export function freezeDataset(prepared: PreparedDataset, schema?: Readonly<Record<string, unknown>>): Frozen {
  const lines = { train: jsonLines(prepared.train), validation: jsonLines(prepared.validation), test: jsonLines(prepared.test) };
  const address = (text: string): ArtifactRef => `sha256:${sha256(text)}`;
  const manifest: FrozenManifest = {
    version: 1,
    rows: { train: prepared.train.length, validation: prepared.validation.length, test: prepared.test.length },
    content: { train: address(lines.train), validation: address(lines.validation), test: address(lines.test) },
    labels: prepared.labels,
    dropped: prepared.dropped,
    settings: prepared.settings,
    ...(schema ? { schema } : {}),
  };
  return { hash: address(canonicalJson(manifest)), manifest, lines };
}

function jsonLines(rows: readonly Row[]): string {
  return rows.map((row) => `${canonicalJson(row)}\n`).join('');
}
