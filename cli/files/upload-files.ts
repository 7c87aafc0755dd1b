import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { Client } from '../../client/index.ts';
import type { UploadedFile } from '../../contracts/api.ts';

/** Sends what the server has not; a file that two keys name goes once. Returns how many bytes went. */
export async function uploadFiles(client: Client, files: Readonly<Record<string, UploadedFile>>): Promise<number> {
  const byRef = new Map(Object.values(files).map((file) => [file.ref, file]));
  let sent = 0;
  for (const { ref, origin, bytes } of byRef.values()) {
    if (await client.artifacts.has(ref)) continue;
    await client.artifacts.put(ref, Readable.toWeb(createReadStream(origin)) as ReadableStream<Uint8Array>);
    sent += bytes;
  }
  return sent;
}
