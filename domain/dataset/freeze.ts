import { createHash } from 'node:crypto';
import { canonicalJson, refOf } from '../hash.ts';
import type { ArtifactRef, DroppedCounts, RowCounts } from '../../contracts/run.ts';
import type { Row, Side, Split } from '../../contracts/rows.ts';
import type { PreparedDataset, PrepareSettings } from './prepare.ts';

export interface FrozenManifest {
  readonly version: 1;
  readonly rows: RowCounts;
  /** Address of the JSON lines of each side. */
  readonly content: Readonly<Record<Split, ArtifactRef>> & { readonly fresh?: ArtifactRef };
  readonly labels: readonly string[];
  readonly dropped: DroppedCounts;
  readonly settings: PrepareSettings;
  /** Of an extraction task: another schema makes it another dataset. */
  readonly schema?: string;
}
export interface Frozen {
  readonly hash: ArtifactRef;
  readonly manifest: FrozenManifest;
  /** Canonical JSON lines, as they are hashed, in pieces: a side may be larger than a string can be. */
  readonly lines: (side: Side) => Iterable<Uint8Array>;
}

/** Freezes a dataset: canonical bytes for each side and one hash over them and the settings. The same input gives the same hash. */
export function freezeDataset(prepared: PreparedDataset, schema?: string): Frozen {
  const address = (side: Side): ArtifactRef => {
    const hash = createHash('sha256');
    for (const piece of jsonLines(prepared[side])) hash.update(piece);
    return `sha256:${hash.digest('hex')}`;
  };
  const hasFresh = prepared.fresh.length > 0;
  const manifest: FrozenManifest = {
    version: 1,
    rows: {
      train: prepared.train.length,
      validation: prepared.validation.length,
      test: prepared.test.length,
      ...(hasFresh ? { fresh: prepared.fresh.length } : {}),
    },
    content: { train: address('train'), validation: address('validation'), test: address('test'), ...(hasFresh ? { fresh: address('fresh') } : {}) },
    labels: prepared.labels,
    dropped: prepared.dropped,
    settings: prepared.settings,
    ...(schema ? { schema } : {}),
  };
  return { hash: refOf(manifest), manifest, lines: (side) => jsonLines(prepared[side]) };
}

const pieceLength = 1_000_000;

function* jsonLines(rows: readonly Row[]): Generator<Uint8Array, void> {
  let pending = '';
  for (const row of rows) {
    pending += `${rowJson(row)}\n`;
    if (pending.length < pieceLength) continue;
    yield Buffer.from(pending);
    pending = '';
  }
  if (pending !== '') yield Buffer.from(pending);
}

/** Canonical JSON of a row. Where no key of it is the user's, all keys are known and one call writes them in order. */
function rowJson(row: Row): string {
  if (row.origin !== null || row.rejected !== undefined || Object.keys(row.columns).length > 0) return canonicalJson(row);
  const { id, file, line, input, output, group, weight } = row;
  return JSON.stringify({ columns: {}, file, group, id, input, line, origin: null, output, weight });
}
