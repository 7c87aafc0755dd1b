/** Retrieval on XQuAD: is the paragraph that a question was asked about found? The hybrid beside each of its parts, through the product's own path. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Chunk, KnowledgeIndex } from '../../contracts/knowledge.ts';
import { openArtifacts } from '../../db/artifacts/open.ts';
import { openDatabase } from '../../db/database.ts';
import { retrieveChunks } from '../../db/knowledge/retrieve.ts';
import type { KnowledgeDeps } from '../../db/knowledge/store-index.ts';
import { nearestChunks } from '../../db/queries/knowledge.ts';
import { openBm25 } from '../../domain/knowledge/bm25.ts';
import { chunkDocument, searchText } from '../../domain/knowledge/chunk.ts';
import { openProviders } from '../../providers/index.ts';
import { startStack } from '../../workers/stack/start.ts';
import { stopStack } from '../../workers/stack/stop.ts';
import type { BenchCase } from '../document.ts';

const file = process.env.XQUAD_FILE ?? '../shared/data/xquad-en/xquad.en.json';
const embedding = { provider: 'local', model: 'all-minilm-l6-v2' } as const;
const depth = 20;

interface Paragraph {
  readonly context: string;
  readonly qas: readonly { readonly question: string }[];
}
interface Question {
  readonly text: string;
  readonly paragraph: string;
}
interface Figures {
  readonly at1: number;
  readonly at5: number;
  readonly mrr: number;
}

export async function retrievalCases(report: (line: string) => void): Promise<BenchCase[]> {
  if (!existsSync(file))
    return [
      unit('retrieval-recall-at-1', 0.94, null, `there is no ${file}; set XQUAD_FILE`),
      unit('retrieval-mrr', 0.96, null, `there is no ${file}; set XQUAD_FILE`),
    ];
  const home = mkdtempSync(join(tmpdir(), 'tunegate-bench-'));
  try {
    const stack = await startStack({ home, parts: ['postgres', 'trainer'], ports: 'free', onProgress: (part, state) => report(`${part} ${state}`) });
    const { db, close } = openDatabase(stack.databaseUrl);
    const providers = openProviders({ TRAINER_URL: stack.trainerUrl, TRAINER_KEY: stack.trainerKey });
    const deps: KnowledgeDeps = {
      db,
      store: openArtifacts(pathToFileURL(join(home, 'artifacts')).href),
      embed: ({ provider, model }, texts) => providers(provider).embed(model, texts),
    };
    const figures = await measure(deps, readQuestions()).finally(close);
    for (const [name, { at1, at5, mrr }] of Object.entries(figures))
      report(`${name}: recall@1 ${at1.toFixed(3)}, recall@5 ${at5.toFixed(3)}, MRR ${mrr.toFixed(3)}`);
    const { hybrid, vector, words } = figures;
    const beside = (pick: (f: Figures) => number) =>
      `vector alone ${pick(vector).toFixed(3)}, BM25 alone ${pick(words).toFixed(3)}; recall@5 of the hybrid ${hybrid.at5.toFixed(3)}`;
    return [
      unit(
        'retrieval-recall-at-1',
        0.94,
        hybrid.at1,
        beside((f) => f.at1),
      ),
      unit(
        'retrieval-mrr',
        0.96,
        hybrid.mrr,
        beside((f) => f.mrr),
      ),
    ];
  } finally {
    await stopStack(home);
    rmSync(home, { recursive: true, force: true });
  }
}

const unit = (name: string, min: number, value: number | null, notes: string): BenchCase => ({
  case: name,
  unit: 'share',
  ours: value,
  peer: null,
  peerName: null,
  value,
  min,
  max: null,
  notes,
});

function readQuestions(): { chunks: Chunk[]; questions: Question[] } {
  const { data } = JSON.parse(readFileSync(file, 'utf8')) as { data: readonly (Paragraph | { readonly paragraphs: readonly Paragraph[] })[] };
  const paragraphs = data.flatMap((entry) => ('paragraphs' in entry ? entry.paragraphs : [entry]));
  const chunks: Chunk[] = [];
  for (const [i, { context }] of paragraphs.entries())
    chunks.push(...chunkDocument(String(i), [{ headings: [], text: context, line: 1 }], { tokens: 120, overlap: 20 }, chunks.length));
  return { chunks, questions: paragraphs.flatMap(({ qas }, i) => qas.map(({ question }) => ({ text: question, paragraph: String(i) }))) };
}

async function measure(
  deps: KnowledgeDeps,
  { chunks, questions }: { chunks: readonly Chunk[]; questions: readonly Question[] },
): Promise<Record<'hybrid' | 'vector' | 'words', Figures>> {
  const content: KnowledgeIndex = { version: 1, embedding, chunks: await deps.store.putLines(chunks), count: chunks.length };
  const index = await deps.store.putJson(content);
  const texts = questions.map((question) => question.text);
  const hybrid = await retrieveChunks(deps, index, texts, depth);
  const vector = await nearestChunks(deps.db, index, await deps.embed(embedding, texts), depth);
  const bm25 = openBm25(chunks.map(searchText));
  const of = (found: readonly (readonly Chunk[])[]) =>
    figuresOf(
      questions,
      found.map((list) => list.map((chunk) => chunk.document)),
    );
  const chunkAt = (ordinal: number): Chunk[] => (chunks[ordinal] ? [chunks[ordinal]] : []);
  return {
    hybrid: of(hybrid),
    vector: of(vector.map((list) => list.flatMap(chunkAt))),
    words: of(texts.map((text) => bm25.search(text, depth).flatMap((hit) => chunkAt(hit.ordinal)))),
  };
}

/** A paragraph's place is that of its first chunk among the paragraphs found. */
function figuresOf(questions: readonly Question[], found: readonly (readonly string[])[]): Figures {
  const ranks = questions.map(({ paragraph }, i) => [...new Set(found[i])].indexOf(paragraph) + 1);
  const mean = (score: (rank: number) => number) => ranks.reduce((sum, rank) => sum + score(rank), 0) / questions.length;
  return { at1: mean((r) => (r === 1 ? 1 : 0)), at5: mean((r) => (r >= 1 && r <= 5 ? 1 : 0)), mrr: mean((r) => (r > 0 ? 1 / r : 0)) };
}
