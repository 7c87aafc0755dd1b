import { TunegateError } from '../../contracts/errors.ts';
import { WideDecoder, wideEncodingOf } from './encoding.ts';

/** Where in a file the bytes begin, where they are a part of it. */
export interface Origin {
  readonly offset: number;
  readonly line: number;
}

/**
 * Text of a file: UTF-8 with or without a byte-order mark, or UTF-16 or UTF-32, which give themselves away. The encodings of one byte a character cannot be
 * told from each other by their bytes, so that a wrong guess would change names and prices silently: they are refused.
 *
 * @throws TunegateError `bad_encoding` with the offset of the first byte that belongs to no character, and the encoding it most likely is
 */
export function decodeText(bytes: Uint8Array, file: string, from: Origin = { offset: 0, line: 1 }): string {
  const wide = from.offset === 0 ? wideEncodingOf(bytes) : null;
  const text = wide === null ? decodeUtf8(bytes, file, from) : decodeWide(new WideDecoder(wide), wide, bytes, file, from.line, true);
  const nul = text.indexOf('\0');
  if (nul < 0) return text;
  const offset = from.offset + (wide === null ? bytes.indexOf(0) : nul * (wide.startsWith('UTF-16') ? 2 : 4));
  throw new TunegateError('bad_encoding', `${file} holds a NUL byte at offset ${offset}: it is a binary file, or it was cut off`, {
    where: `${file}:${from.line + countLines(text.slice(0, nul))}`,
    remedy: 'export the file again as plain text in UTF-8',
  });
}

/** Bytes of a large file as UTF-8, whichever encoding of Unicode it is in. */
export function* asUtf8(chunks: Iterable<Uint8Array>, file: string): Generator<Uint8Array, void> {
  let decoder: WideDecoder | null | undefined;
  let wide: ReturnType<typeof wideEncodingOf> = null;
  let line = 1;
  let held: Uint8Array | null = null;
  const read = (bytes: Uint8Array, isLast: boolean): Uint8Array => {
    if (!decoder || wide === null) return bytes;
    const text = decodeWide(decoder, wide, bytes, file, line, isLast);
    line += countLines(text);
    return Buffer.from(text);
  };
  for (const chunk of chunks) {
    if (decoder === undefined) {
      wide = wideEncodingOf(chunk);
      decoder = wide === null ? null : new WideDecoder(wide);
    }
    if (held !== null) yield read(held, false);
    held = chunk;
  }
  if (held !== null) yield read(held, true);
}

function decodeUtf8(bytes: Uint8Array, file: string, from: Origin): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: from.offset > 0 }).decode(bytes);
  } catch {
    const offset = firstInvalidByte(bytes);
    const archive = from.offset === 0 ? archiveOf(bytes) : null;
    if (archive !== null) {
      throw new TunegateError('bad_encoding', `${file} is not text but ${archive.what}: byte ${offset} does not belong to any character`, {
        where: `${file}:1`,
        remedy: archive.remedy,
      });
    }
    const encoding = likelyByteEncoding(bytes);
    const line = from.line - 1 + lineAt(bytes, offset);
    throw refusal(file, { encoding: 'UTF-8', offset: from.offset + offset, line }, encoding);
  }
}

function decodeWide(decoder: WideDecoder, encoding: string, bytes: Uint8Array, file: string, line: number, isLast: boolean): string {
  const { text, bad } = decoder.decode(bytes, isLast);
  if (bad !== null) {
    const before = encoding.startsWith('UTF-16') ? text.slice(0, /\p{Surrogate}/u.exec(text)?.index ?? text.length) : text;
    throw refusal(file, { encoding, offset: bad, line: line + countLines(before) }, null);
  }
  return text;
}

function refusal(
  file: string,
  at: { readonly encoding: string; readonly offset: number; readonly line: number },
  likely: string | null,
): TunegateError {
  const guess = likely === null ? '' : `; it is likely ${likely}`;
  return new TunegateError('bad_encoding', `${file} is not ${at.encoding}: byte ${at.offset} does not belong to any character${guess}`, {
    where: `${file}:${at.line}`,
    remedy: likely === null ? 'export the file again as UTF-8' : `save the file as UTF-8, for example: iconv -f ${likely} -t UTF-8 ${file}`,
  });
}

/** Kinds of files that are often named as text, by their first bytes. */
function archiveOf([a, b, c, d]: Uint8Array): { readonly what: string; readonly remedy: string } | null {
  if (a === 0x50 && b === 0x4b && c === 3 && d === 4) return { what: 'a ZIP archive, as Excel and Word write', remedy: 'export the table as CSV' };
  if (a === 0x1f && b === 0x8b) return { what: 'compressed with gzip', remedy: 'unpack it first: gunzip FILE' };
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return { what: 'compressed with zstd', remedy: 'unpack it first: zstd -d FILE' };
  if (a === 0x25 && b === 0x50 && c === 0x44 && d === 0x46)
    return { what: 'a PDF', remedy: 'export the table as CSV, or name the PDF under knowledge' };
  return null;
}

/** Windows-1252 has printable characters where Latin-1 has control codes. */
function likelyByteEncoding(bytes: Uint8Array): string {
  return bytes.some((byte) => byte >= 0x80 && byte <= 0x9f) ? 'WINDOWS-1252' : 'ISO-8859-1';
}

/** Unicode standard, table 3-7: well-formed UTF-8 byte sequences. */
function firstInvalidByte(bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes[i] ?? 0;
    const more = lead < 0x80 ? 0 : lead >= 0xc2 && lead <= 0xdf ? 1 : lead >= 0xe0 && lead <= 0xef ? 2 : lead >= 0xf0 && lead <= 0xf4 ? 3 : -1;
    if (more < 0) return i;
    const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    for (let k = 1; k <= more; k++) {
      const byte = bytes[i + k];
      if (byte === undefined || byte < (k === 1 ? low : 0x80) || byte > (k === 1 ? high : 0xbf)) return i;
    }
    i += more + 1;
  }
  return bytes.length;
}

function lineAt(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let i = 0; i < offset && i < bytes.length; i++) if (bytes[i] === 0x0a) line++;
  return line;
}

/** `\r\n`, `\n` and `\r` each end one line. */
export function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) if (text[at + 1] !== '\n') lines++;
  return lines;
}
