import { TunegateError } from '../../contracts/errors.ts';
import type { Row } from '../../contracts/rows.ts';
import type { PreparedDataset } from '../../domain/dataset/prepare.ts';
import { mostComparable, removeSemanticDuplicates } from '../../domain/dataset/remove-semantic-duplicates.ts';
import type { ActivityDeps } from '../deps.ts';
import type { PartReport } from '../progress.ts';

const embedding = { provider: 'local', model: 'all-minilm-l6-v2' } as const;
const atOnce = 32;

/** `dataset.semanticDuplicate`: embeds every row and drops those that say the same in other words. */
export async function withoutSemanticDuplicates(
  deps: Pick<ActivityDeps, 'providers'>,
  prepared: PreparedDataset,
  threshold: number | undefined,
  report: (p: PartReport) => void,
): Promise<PreparedDataset> {
  if (threshold === undefined) return prepared;
  const rows = [...prepared.test, ...prepared.train, ...prepared.validation];
  if (rows.length > mostComparable)
    throw new TunegateError('not_supported', `${rows.length} rows are too many to compare each with each by meaning`, {
      where: 'dataset.semanticDuplicate',
      remedy: `leave it out for more than ${mostComparable} rows; near-duplicates by words are found for any number`,
    });
  const vectors = new Map<Row, readonly number[]>();
  for (let i = 0; i < rows.length; i += atOnce) {
    const some = rows.slice(i, i + atOnce);
    const embedded = await deps.providers(embedding.provider).embed(
      embedding.model,
      some.map((row) => row.input),
      {},
    );
    for (const [k, row] of some.entries()) vectors.set(row, embedded[k] ?? []);
    report({ done: i + some.length, total: rows.length, detail: 'compares by meaning' });
  }
  return removeSemanticDuplicates(prepared, (row) => vectors.get(row) ?? [], threshold);
}
