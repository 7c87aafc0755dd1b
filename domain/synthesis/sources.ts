import type { Chunk } from '../../contracts/knowledge.ts';
import type { Row } from '../../contracts/rows.ts';

/** Documents that a test row names as its source: by its group or by any of its columns, as the path or the file's name alone. */
export function documentsOfTest(documents: readonly string[], test: readonly Row[]): Set<string> {
  const named = new Set(test.flatMap((row) => [row.group ?? '', ...Object.values(row.columns)]).map((value) => value.trim().toLowerCase()));
  return new Set(documents.filter((path) => [path, path.split('/').at(-1) ?? path].some((form) => named.has(form.toLowerCase()))));
}

export const apartFrom = (chunks: readonly Chunk[], documents: ReadonlySet<string>): Chunk[] =>
  chunks.filter((chunk) => !documents.has(chunk.document));
