/**
 * What of a client's bytes must reach the session in one piece: a start-up packet, a simple query, or a batch of the extended protocol up to its
 * Sync. Between the messages of a batch the unnamed statement and portal belong to its client.
 * (Postgres' documentation, "Message Flow" and "Message Formats", protocol 3.0.)
 */
export interface WireUnit {
  readonly kind: 'startup' | 'encryption' | 'cancel' | 'end' | 'query';
  readonly bytes: Buffer;
  /** Whether the session stays with this client: a Flush asks for answers in the middle of a batch. */
  readonly isOpen: boolean;
}

const encryptionCodes = [80877103, 80877104];
const cancelCode = 80877102;
const [query, call, sync, flush, terminate] = ['Q', 'F', 'S', 'H', 'X'].map((letter) => letter.charCodeAt(0));

/** The first whole unit of `buffer`, or null where more bytes must come. `isStarted`: the start-up packet, which has no type, has been seen. */
export function firstUnit(buffer: Buffer, isStarted: boolean): WireUnit | null {
  return isStarted ? messages(buffer) : opening(buffer);
}

function opening(buffer: Buffer): WireUnit | null {
  if (buffer.length < 8 || buffer.length < buffer.readUInt32BE(0)) return null;
  const code = buffer.readUInt32BE(4);
  const kind = encryptionCodes.includes(code) ? 'encryption' : code === cancelCode ? 'cancel' : 'startup';
  return { kind, bytes: buffer.subarray(0, buffer.readUInt32BE(0)), isOpen: false };
}

function messages(buffer: Buffer): WireUnit | null {
  let end = 0;
  while (buffer.length >= end + 5) {
    const type = buffer[end];
    end += 1 + buffer.readUInt32BE(end + 1);
    if (buffer.length < end) return null;
    const bytes = buffer.subarray(0, end);
    if (type === terminate) return { kind: 'end', bytes, isOpen: false };
    if (type === query || type === call || type === sync) return { kind: 'query', bytes, isOpen: false };
    if (type === flush) return { kind: 'query', bytes, isOpen: true };
  }
  return null;
}
