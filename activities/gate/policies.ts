/** Policies of the installation: one TypeScript file each in a folder that only its operator writes to. No pipeline file can name or change them. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Policy, PolicyEvidence, PolicyInput } from '../../domain/gate/apply-policies.ts';
import { sha256 } from '../../domain/hash.ts';

const kinds: readonly string[] = ['.ts', '.mts', '.js', '.mjs'];
const mostMs = 60_000;
const verdictSchema = z.strictObject({ verdict: z.enum(['pass', 'reject', 'acknowledge']), reason: z.string().max(2000).optional() });

/** Runs every policy of the folder, in the order of their names; none where there is no folder. A change of a file is a change of policy, at once. */
export async function runPolicies(folder: string | null, input: PolicyInput): Promise<PolicyEvidence[]> {
  if (folder === null) return [];
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const policies: PolicyEvidence[] = [];
  for (const file of names.filter((name) => kinds.includes(extname(name))).sort()) policies.push(await runPolicy(join(folder, file), input));
  return policies;
}

async function runPolicy(file: string, input: PolicyInput): Promise<PolicyEvidence> {
  const name = basename(file, extname(file));
  const hash = sha256(await readFile(file));
  try {
    const module = (await import(`${pathToFileURL(file).href}?${hash}`)) as { policy?: Policy };
    if (typeof module.policy !== 'function') throw new TypeError('the file exports no function named policy');
    const { verdict, reason } = verdictSchema.parse(await inTime(Promise.resolve(module.policy(structuredClone(input)))));
    return { name, sha256: hash, verdict, reason: reason ?? null };
  } catch (error) {
    return { name, sha256: hash, verdict: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${mostMs / 1000} s`)), mostMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
