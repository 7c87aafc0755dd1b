import type { Chunk, KnowledgeIndex, KnowledgeReport } from '../../contracts/knowledge.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import type { FrozenDataset } from '../../contracts/plan.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { storeChunks } from '../../db/knowledge/store-index.ts';
import { saveRunKnowledge } from '../../db/queries/knowledge.ts';
import { chunkDocument } from '../../domain/knowledge/chunk.ts';
import { parseDocument } from '../../domain/knowledge/parse-document.ts';
import { removeCopies } from '../../domain/knowledge/remove-copies.ts';
import { filesOf } from '../dataset/sources.ts';
import type { ActivityDeps } from '../deps.ts';
import { readRows } from '../dataset/rows.ts';
import type { PartReport } from '../progress.ts';
import { loadRun, type RunContext } from '../run/spec.ts';
import { knowledgeDeps } from './deps.ts';

const embedding = { provider: 'local', model: 'all-minilm-l6-v2' } as const;

type KnowledgeSpec = NonNullable<PipelineSpec['knowledge']>;

export async function buildIndex(
  deps: ActivityDeps,
  input: { run: string; dataset: FrozenDataset },
  report: (p: PartReport) => void,
  signal: AbortSignal,
): Promise<ArtifactRef> {
  const { spec, files } = await loadRun(deps, input.run);
  if (!spec.knowledge) throw new RangeError('the spec has no knowledge');
  const { documents, chunks: all } = await readChunks(deps, spec.knowledge, files);
  const { test, fresh } = input.dataset;
  const judgedOn = [...(await readRows(deps, test)), ...(fresh ? await readRows(deps, fresh) : [])];
  const { kept, findings } = removeCopies(all, judgedOn);
  if (kept.length === 0)
    throw new TunegateError('empty_dataset', 'the documents hold no text to retrieve', {
      where: String(spec.knowledge.documents),
      remedy: 'check knowledge.documents',
    });

  const content: KnowledgeIndex = { version: 1, embedding, chunks: await deps.store.putLines(kept), count: kept.length };
  const index = await deps.store.putJson(content);
  const stored = await storeChunks(knowledgeDeps(deps, signal), { index, embedding }, kept, (done) => report({ done, total: kept.length }));

  const facts: KnowledgeReport = { documents, chunks: kept.length, ...stored, leaks: all.length - kept.length, findings };
  await saveRunKnowledge(deps.db, input.run, index, facts);
  report({
    done: kept.length,
    total: kept.length,
    detail: `${documents} documents · ${stored.embedded} passages embedded, ${stored.reused} known${facts.leaks > 0 ? ` · ${facts.leaks} dropped as leaks` : ''}`,
  });
  return index;
}

async function readChunks(deps: ActivityDeps, spec: KnowledgeSpec, files: RunContext['files']): Promise<{ documents: number; chunks: Chunk[] }> {
  const byName = new Map([spec.documents].flat().flatMap((pattern) => filesOf(files, pattern).map(({ name, file }) => [name, file] as const)));
  if (byName.size === 0)
    throw new TunegateError('file_missing', 'no document was uploaded', {
      where: String(spec.documents),
      remedy: 'check knowledge.documents, relative to the pipeline file',
    });
  const chunks: Chunk[] = [];
  for (const name of [...byName.keys()].sort()) {
    const blocks = await parseDocument(name, await deps.store.get(byName.get(name)?.ref as ArtifactRef));
    chunks.push(...chunkDocument(name, blocks, { tokens: spec.chunkTokens, overlap: spec.overlapTokens }, chunks.length));
  }
  return { documents: byName.size, chunks };
}
