import type { Chunk } from '../../contracts/knowledge.ts';
import type { Block } from './block.ts';
import { approximateTokens } from './tokens.ts';

export interface ChunkSettings {
  /** Tokens that a chunk has at most, its headings among them. */
  readonly tokens: number;
  /** Tokens at the end of a chunk that the next one of the same section begins with, in whole sentences. */
  readonly overlap: number;
}

interface Sentence {
  readonly text: string;
  readonly line: number;
  readonly tokens: number /** Stands on a line of its own, as a list or a table row does. */;
  readonly isBlockStart: boolean;
}

/** What is embedded and searched: the text under its headings. */
export const searchText = (chunk: Pick<Chunk, 'headings' | 'text'>): string => [...chunk.headings, chunk.text].join('\n');

/** What a model is given to read. The titles go before the text, since a sentence out of its section often lacks its subject. */
export const passageText = (chunk: Pick<Chunk, 'headings' | 'text'>): string =>
  chunk.headings.length > 0 ? `${chunk.headings.join(' > ')}: ${chunk.text}` : chunk.text;

/**
 * Cuts a document into chunks: a section's sentences in order, filled up to the limit, never across a heading. A sentence that is too long is cut between words.
 *
 * @param firstOrdinal ordinal of the first chunk
 */
export function chunkDocument(document: string, blocks: readonly Block[], settings: ChunkSettings, firstOrdinal = 0): Chunk[] {
  const chunks: Chunk[] = [];
  for (const section of sectionsOf(blocks)) {
    const headings = section[0]?.headings ?? [];
    const room = Math.max(16, settings.tokens - approximateTokens(headings.join(' ')));
    for (const sentences of fill(
      section.flatMap((block) => sentencesOf(block, room)),
      room,
      settings.overlap,
    )) {
      chunks.push({ ordinal: firstOrdinal + chunks.length, document, line: sentences[0]?.line ?? 1, headings, text: join(sentences) });
    }
  }
  return chunks;
}

function sectionsOf(blocks: readonly Block[]): Block[][] {
  const sections: Block[][] = [];
  let path: string | null = null;
  for (const block of blocks) {
    const own = block.headings.join('\n');
    if (own !== path) sections.push([]);
    path = own;
    sections.at(-1)?.push(block);
  }
  return sections;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

function sentencesOf(block: Block, room: number): Sentence[] {
  const parts = block.text.split('\n').flatMap((line) =>
    [...segmenter.segment(line)]
      .map((s) => s.segment.trim())
      .filter(Boolean)
      .flatMap((text) => cut(text, room))
      .map((text, i) => ({ text, isBlockStart: i === 0 })),
  );
  return parts.map((part) => ({ ...part, line: block.line, tokens: approximateTokens(part.text) }));
}

function cut(text: string, room: number): string[] {
  if (approximateTokens(text) <= room) return [text];
  const pieces: string[] = [];
  let piece = '';
  for (const word of text.split(/\s+/)) {
    if (piece !== '' && approximateTokens(`${piece} ${word}`) > room) {
      pieces.push(piece);
      piece = word;
    } else piece = piece === '' ? word : `${piece} ${word}`;
  }
  return [...pieces, piece];
}

function fill(sentences: readonly Sentence[], room: number, overlap: number): Sentence[][] {
  const chunks: Sentence[][] = [];
  let current: Sentence[] = [];
  let isNew = false;
  for (const sentence of sentences) {
    if (isNew && total(current) + sentence.tokens > room) {
      chunks.push(current);
      current = tail(current, Math.min(overlap, room - sentence.tokens));
      isNew = false;
    }
    current.push(sentence);
    isNew = true;
  }
  return isNew ? [...chunks, current] : chunks;
}

const total = (sentences: readonly Sentence[]): number => sentences.reduce((sum, s) => sum + s.tokens, 0);

function tail(sentences: readonly Sentence[], most: number): Sentence[] {
  let first = sentences.length;
  let tokens = 0;
  while (first > 1 && tokens + (sentences[first - 1]?.tokens ?? 0) <= most) tokens += sentences[--first]?.tokens ?? 0;
  return sentences.slice(first);
}

const join = (sentences: readonly Sentence[]): string =>
  sentences.map((s, i) => (i === 0 ? s.text : `${s.isBlockStart ? '\n' : ' '}${s.text}`)).join('');
