/** The encodings of Unicode that a file may be in beside UTF-8, told apart by their mark or by their zeros. */
export type WideEncoding = 'UTF-16LE' | 'UTF-16BE' | 'UTF-32LE' | 'UTF-32BE';

/** @param start the first bytes of a file; a few hundred are enough */
export function wideEncodingOf(start: Uint8Array): WideEncoding | null {
  const [a, b, c, d] = start;
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return 'UTF-32LE';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'UTF-32BE';
  if (a === 0xff && b === 0xfe) return 'UTF-16LE';
  if (a === 0xfe && b === 0xff) return 'UTF-16BE';
  const sample = start.subarray(0, 512);
  if (sample.length < 4) return null;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < sample.length; i++) if (sample[i] === 0) i % 2 === 0 ? even++ : odd++;
  const half = sample.length / 2;
  if (odd > half * 0.6 && even < half * 0.1) return 'UTF-16LE';
  if (even > half * 0.6 && odd < half * 0.1) return 'UTF-16BE';
  return null;
}

/** Turns bytes of a wide encoding into text, piece by piece: a character that is cut in two waits for its other half. */
export class WideDecoder {
  private readonly encoding: WideEncoding;
  private tail: Buffer = Buffer.alloc(0);
  private offset = 0;
  private isStart = true;

  constructor(encoding: WideEncoding) {
    this.encoding = encoding;
  }

  /**
   * @returns the text, or where in the file the first bytes stand that are no character
   */
  decode(bytes: Uint8Array, isLast: boolean): { readonly text: string; readonly bad: number | null } {
    const all = Buffer.concat([this.tail, bytes]);
    const unit = this.encoding.startsWith('UTF-16') ? 2 : 4;
    let length = all.length - (all.length % unit);
    if (unit === 2 && !isLast && length >= 2 && isHighSurrogate(this.unitAt(all, length - 2))) length -= 2;
    const { text, bad } = unit === 2 ? this.utf16(all.subarray(0, length)) : this.utf32(all.subarray(0, length));
    const cutOff = isLast && length < all.length ? length : null;
    const at = bad ?? cutOff;
    const from = this.offset;
    this.tail = all.subarray(length);
    this.offset += length;
    const unmarked = this.isStart && text.startsWith('\ufeff') ? text.slice(1) : text;
    if (length > 0) this.isStart = false;
    return { text: unmarked, bad: at === null ? null : from + at };
  }

  private unitAt(bytes: Buffer, at: number): number {
    return this.encoding === 'UTF-16LE' ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }

  private utf16(bytes: Buffer): { text: string; bad: number | null } {
    const text = (this.encoding === 'UTF-16LE' ? bytes : Buffer.from(bytes).swap16()).toString('utf16le');
    const lone = /\p{Surrogate}/u.exec(text);
    return { text, bad: lone === null ? null : lone.index * 2 };
  }

  private utf32(bytes: Buffer): { text: string; bad: number | null } {
    let text = '';
    for (let at = 0; at < bytes.length; at += 4) {
      const code = this.encoding === 'UTF-32LE' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return { text, bad: at };
      text += String.fromCodePoint(code);
    }
    return { text, bad: null };
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
