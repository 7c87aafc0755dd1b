/** The server that commands talk to: the one of this home, or the one that `TUNEGATE_URL` and `TUNEGATE_KEY` name. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, createClient } from '../client/index.ts';
import { TunegateError } from '../contracts/errors.ts';
import { tunegateHome } from '../workers/setup/paths.ts';
import { isPartAlive, readStack } from '../workers/stack/state.ts';
import { say } from './console/result.ts';
import { bringUpStack } from './stack-progress.ts';

export async function keyOf(home: string): Promise<string> {
  if (process.env.TUNEGATE_KEY) return process.env.TUNEGATE_KEY;
  const file = join(home, 'api-key');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new TunegateError('key_missing', 'there is no API key to use', {
      where: file,
      remedy: 'start the stack here with `tunegate start`, or set TUNEGATE_URL and TUNEGATE_KEY',
      cause,
    });
  }
}

/** Where the running server is, or null. */
function runningUrl(home: string): string | null {
  if (process.env.TUNEGATE_URL) return process.env.TUNEGATE_URL;
  const stack = readStack(home);
  return isPartAlive(stack, 'server') ? (stack?.urls.api ?? null) : null;
}

/** @throws TunegateError when nothing runs */
export async function connect(home = tunegateHome()): Promise<Client> {
  const url = runningUrl(home);
  if (url === null) throw new TunegateError('not_found', 'no stack runs here', { where: home, remedy: 'start it with: tunegate start' });
  return createClient({ url, key: await keyOf(home) });
}

/** Joins the running stack, or starts the embedded one and tells how that goes. */
export async function connectOrStart(home = tunegateHome(), tell: (line: string) => void = say): Promise<Client> {
  if (process.env.TUNEGATE_URL) return createClient({ url: process.env.TUNEGATE_URL, key: await keyOf(home) });
  const { apiUrl } = await bringUpStack(home, tell);
  return createClient({ url: apiUrl, key: await keyOf(home) });
}
