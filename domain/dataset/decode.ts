import { TunegateError } from '../../contracts/errors.ts';

/**
 * Text of a file in UTF-8, with or without a byte-order mark.
 *
 * @param from where in the file the bytes begin, where they are a part of it
 * @throws TunegateError `bad_encoding` with the offset of the first byte that is not UTF-8, and the encoding it most likely is
 */
export function decodeText(
  bytes: Uint8Array,
  file: string,
  from: { readonly offset: number; readonly line: number } = { offset: 0, line: 1 },
): string {
  const other = from.offset === 0 ? otherEncoding(bytes) : null;
  if (other !== null) throw refusal(file, other.offset, other.name);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: from.offset > 0 }).decode(bytes);
  } catch {
    throw refusal(file, firstInvalidByte(bytes), likelyByteEncoding(bytes));
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const offset = bytes.indexOf(0);
    throw new TunegateError('bad_encoding', `${file} holds a NUL byte at offset ${from.offset + offset}: it is a binary file, or it was cut off`, {
      where: `${file}:${from.line - 1 + lineAt(bytes, offset)}`,
      remedy: 'export the file again as plain text in UTF-8',
    });
  }
  return text;

  function refusal(name: string, offset: number, encoding: string): TunegateError {
    return new TunegateError(
      'bad_encoding',
      `${name} is not UTF-8: byte ${from.offset + offset} does not belong to any character; it is likely ${encoding}`,
      {
        where: `${name}:${from.line - 1 + lineAt(bytes, offset)}`,
        remedy: `save the file as UTF-8, for example: iconv -f ${encoding} -t UTF-8 ${name}`,
      },
    );
  }
}

/** Encodings that give themselves away by a mark or by a zero in every second byte. */
function otherEncoding(bytes: Uint8Array): { readonly name: string; readonly offset: number } | null {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return { name: 'UTF-32LE', offset: 0 };
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return { name: 'UTF-32BE', offset: 0 };
  if (a === 0xff && b === 0xfe) return { name: 'UTF-16LE', offset: 0 };
  if (a === 0xfe && b === 0xff) return { name: 'UTF-16BE', offset: 0 };
  const sample = bytes.subarray(0, 512);
  if (sample.length < 4) return null;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < sample.length; i++) if (sample[i] === 0) i % 2 === 0 ? even++ : odd++;
  const half = sample.length / 2;
  if (odd > half * 0.6 && even < half * 0.1) return { name: 'UTF-16LE', offset: 1 };
  if (even > half * 0.6 && odd < half * 0.1) return { name: 'UTF-16BE', offset: 0 };
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
