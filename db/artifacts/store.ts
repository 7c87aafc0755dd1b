import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { TunegateError } from '../../contracts/errors.ts';
import type { ArtifactRef } from '../../contracts/run.ts';

/** Bytes under the hash of themselves: written once, never changed, checked when they are read. */
export interface ArtifactStore {
  put(bytes: Uint8Array): Promise<ArtifactRef>;
  /** For content that should not stand in memory at once. */
  putStream(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<ArtifactRef>;
  /** Throws `artifact_missing` or `artifact_corrupt`. */
  get(ref: ArtifactRef): Promise<Uint8Array>;
  /** The same bytes in pieces; a wrong hash throws at the end, before the last piece is believed. */
  open(ref: ArtifactRef): AsyncIterable<Uint8Array>;
  has(ref: ArtifactRef): Promise<boolean>;
  /** Canonical JSON (RFC 8785): equal values have equal references. */
  putJson(value: unknown): Promise<ArtifactRef>;
  getJson<T>(ref: ArtifactRef): Promise<T>;
  /** One canonical JSON document per line. */
  putLines(values: AsyncIterable<unknown> | Iterable<unknown>): Promise<ArtifactRef>;
  getLines<T>(ref: ArtifactRef): AsyncIterable<T>;
}

/** The part that differs from one kind of storage to the next. */
export interface ByteStore {
  write(ref: ArtifactRef, bytes: Uint8Array): Promise<void>;
  /** Hashes while it writes. */
  writeStream(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<ArtifactRef>;
  read(ref: ArtifactRef): Promise<Uint8Array>;
  readStream(ref: ArtifactRef): AsyncIterable<Uint8Array>;
  has(ref: ArtifactRef): Promise<boolean>;
  /** Where a reference lies, for messages. */
  where(ref: ArtifactRef): string;
}

/** The reference of some bytes, without storing them. */
export function hashBytes(bytes: Uint8Array): ArtifactRef {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function isArtifactRef(text: string): text is ArtifactRef {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

/** The whole store over one kind of storage. */
export function artifactStore(bytes: ByteStore): ArtifactStore {
  const get = async (ref: ArtifactRef): Promise<Uint8Array> => {
    requireRef(ref);
    const content = await bytes.read(ref);
    if (hashBytes(content) !== ref) throw corrupt(ref, bytes.where(ref));
    return content;
  };
  const put = async (content: Uint8Array): Promise<ArtifactRef> => {
    const ref = hashBytes(content);
    if (!(await bytes.has(ref))) await bytes.write(ref, content);
    return ref;
  };
  return {
    put,
    get,
    putStream: (chunks) => bytes.writeStream(chunks),
    open: (ref) => verified(ref, bytes),
    has: async (ref) => isArtifactRef(ref) && (await bytes.has(ref)),
    putJson: (value) => put(Buffer.from(canonicalJson(value))),
    getJson: async <T>(ref: ArtifactRef) => JSON.parse(Buffer.from(await get(ref)).toString('utf8')) as T,
    putLines: (values) => bytes.writeStream(encodeLines(values)),
    getLines: <T>(ref: ArtifactRef) => decodeLines<T>(verified(ref, bytes)),
  };
}

async function* verified(ref: ArtifactRef, bytes: ByteStore): AsyncIterable<Uint8Array> {
  requireRef(ref);
  const hash = createHash('sha256');
  let held: Uint8Array | null = null;
  for await (const chunk of bytes.readStream(ref)) {
    hash.update(chunk);
    if (held) yield held;
    held = chunk;
  }
  if (`sha256:${hash.digest('hex')}` !== ref) throw corrupt(ref, bytes.where(ref));
  if (held) yield held;
}

async function* encodeLines(values: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterable<Uint8Array> {
  let pending = '';
  for await (const value of values) {
    pending += `${canonicalJson(value)}\n`;
    if (pending.length < 65_536) continue;
    yield Buffer.from(pending);
    pending = '';
  }
  if (pending) yield Buffer.from(pending);
}

async function* decodeLines<T>(chunks: AsyncIterable<Uint8Array>): AsyncIterable<T> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line) yield JSON.parse(line) as T;
  }
  rest += decoder.decode();
  if (rest) yield JSON.parse(rest) as T;
}

function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TunegateError('internal', 'a value without a JSON form was to be stored');
  return text;
}

function requireRef(ref: string): void {
  if (!isArtifactRef(ref))
    throw new TunegateError('artifact_missing', `'${ref}' is not an artifact reference`, { remedy: 'a reference is sha256: and 64 hex digits' });
}

function corrupt(ref: ArtifactRef, where: string): TunegateError {
  return new TunegateError('artifact_corrupt', `the content of ${ref} has changed since it was stored`, {
    where,
    remedy: 'restore it from a backup, or delete it and run the step that made it again',
  });
}

/** For implementations: what a reader gets where nothing lies. */
export function missing(ref: ArtifactRef, where: string, cause?: unknown): TunegateError {
  return new TunegateError('artifact_missing', `there is no artifact ${ref} in the store`, {
    where,
    remedy: 'check ARTIFACTS_URL: it must name the store that the run was made with',
    cause,
  });
}
