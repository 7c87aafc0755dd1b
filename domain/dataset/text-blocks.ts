import { asUtf8, countLines, decodeText } from './decode.ts';

/** Bytes that are read at once; a block is longer only where one record is. */
const blockBytes = 4 * 1024 * 1024;
const quote = 0x22;
const lineFeed = 0x0a;

export interface TextBlock {
  readonly text: string;
  /** 1-based line of the block's first character in its file. */
  readonly line: number;
  readonly isLast: boolean;
}

/**
 * Cuts a file into blocks of whole records, so that a file of any size can be read: at a line end, and with `isQuoted` only outside double quotes.
 *
 * @throws TunegateError `bad_encoding` with the byte's place in the file
 */
export function* textBlocks(chunks: Iterable<Uint8Array>, file: string, isQuoted: boolean): Generator<TextBlock, void> {
  let [line, offset] = [1, 0];
  let held: Uint8Array[] = [];
  let size = 0;
  const take = (end: Uint8Array, isLast: boolean): TextBlock => {
    const bytes = Buffer.concat([...held, end]);
    const block = { text: decodeText(bytes, file, { offset, line }), line, isLast };
    offset += bytes.length;
    line += countLines(block.text);
    [held, size] = [[], 0];
    return block;
  };
  let isInside = false;
  for (const chunk of asUtf8(chunks, file)) {
    const { cut, endsInside } = lastEnd(chunk, isQuoted, isInside);
    isInside = endsInside;
    if (cut > 0 && size + cut >= blockBytes) {
      yield take(chunk.subarray(0, cut), false);
      const rest = chunk.subarray(cut);
      [held, size] = [[rest], rest.length];
    } else {
      held.push(chunk);
      size += chunk.length;
    }
  }
  yield take(new Uint8Array(0), true);
}

/** Where the last record of the chunk ends, behind its line end; 0 where none does. */
function lastEnd(chunk: Uint8Array, isQuoted: boolean, wasInside: boolean): { cut: number; endsInside: boolean } {
  if (!isQuoted) return { cut: chunk.lastIndexOf(lineFeed) + 1, endsInside: false };
  let inside = wasInside;
  let cut = 0;
  for (let from = 0; from < chunk.length; ) {
    const next = chunk.indexOf(quote, from);
    const end = next < 0 ? chunk.length : next;
    if (!inside) {
      const feed = chunk.subarray(from, end).lastIndexOf(lineFeed);
      if (feed >= 0) cut = from + feed + 1;
    }
    if (next < 0) break;
    inside = !inside;
    from = end + 1;
  }
  return { cut, endsInside: inside };
}
