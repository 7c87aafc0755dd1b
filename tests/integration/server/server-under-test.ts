import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Client, createClient } from '../../../client/index.ts';
import type { StartRunRequest } from '../../../contracts/api.ts';

export interface ServerUnderTest {
  readonly url: string;
  readonly key: string;
  readonly client: Client;
}

/** The server of the shared stack, and its first key. */
export async function serverUnderTest(): Promise<ServerUnderTest> {
  const { home, apiUrl } = inject('stack');
  const key = (await readFile(join(home, 'api-key'), 'utf8')).trim();
  return { url: apiUrl, key, client: createClient({ url: apiUrl, key }) };
}

const animals = ['cat', 'dog', 'owl', 'bee', 'elk', 'eel'];
const rowsOf = (prefix: string, n: number): string =>
  Array.from(
    { length: n },
    (_, i) => `${prefix} story ${i * 7919} about a ${animals[i % 6]} and item ${i * 104729},${i % 2 === 0 ? 'even' : 'odd'}`,
  ).join('\n');

/** A pipeline on rows made up here, uploaded and ready to start. It trains nothing but a linear model. */
export async function smallRequest(client: Client, name: string): Promise<StartRunRequest> {
  const files: Record<string, StartRunRequest['files'][string]> = {};
  for (const [path, prefix, n] of [
    ['./train.csv', 'training', 60],
    ['./test.csv', 'held-out', 24],
  ] as const) {
    const bytes = Buffer.from(`text,label\n${rowsOf(prefix, n)}\n`);
    const ref = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const;
    await client.artifacts.put(ref, bytes);
    files[path] = { ref, bytes: bytes.byteLength, origin: path };
  }
  return {
    spec: {
      name,
      task: { type: 'classification' },
      dataset: { source: './train.csv', input: 'text', output: 'label', test: './test.csv' },
      candidates: { untuned: ['classical'], tuned: [] },
      deployment: { endpoint: name },
    },
    files,
    baseDir: null,
    idempotencyKey: null,
    requestedBy: 'test',
  };
}
