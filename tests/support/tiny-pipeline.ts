/** A small task that trains in seconds: three teams, forty-eight messages that a linear model can tell apart. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, createClient } from '../../client/index.ts';
import type { UploadedFile } from '../../contracts/api.ts';
import type { PipelineSpecInput } from '../../contracts/pipeline-spec.ts';
import type { Stack } from '../../workers/stack/start.ts';

const openings = ['Hello,', 'Good day:', 'Quick one.', 'Hi there,', 'Dear team,', 'Sorry to bother you,', 'Help!', 'A question:'];
const wishes: Readonly<Record<string, readonly string[]>> = {
  billing: [
    'my invoice shows an amount that I never agreed to',
    'the card was charged twice this month',
    'where do I find the receipt for tax',
    'your bill has the wrong company on it',
  ],
  delivery: [
    'the parcel has not come and the tracking stands still',
    'can the courier ring at the back door',
    'my box went to the neighbour again',
    'when will the van be in our street',
  ],
  login: [
    'the password reset mail never arrives',
    'I cannot sign in since the update',
    'my account says it is locked',
    'the code on my phone is refused by the app',
  ],
};

/** What stands in every row of `tinyRows`. */
export const tinyTexts: readonly string[] = Object.values(wishes).flat();

/** `text,team` rows; `seed` moves which opening goes with which wish, so that two files share no row. */
export function tinyRows(seed: number, perTeam: number): string {
  const rows = Object.entries(wishes).flatMap(([team, texts]) =>
    Array.from(
      { length: perTeam },
      (_, i) =>
        `"${openings[(i + seed) % openings.length]} ${texts[i % texts.length]}, ${seed % 2 === 0 ? 'please look' : 'thanks'} (case ${seed * 100 + i})",${team}`,
    ),
  );
  return `text,team\n${rows.join('\n')}\n`;
}

export const clientOf = (stack: Stack): Client => createClient({ url: stack.apiUrl, key: readFileSync(join(stack.home, 'api-key'), 'utf8').trim() });

export type SpecChange = Partial<Omit<PipelineSpecInput, 'name' | 'dataset'>>;

/** Only the linear arm, no tuning: from trigger to question in about two seconds. */
export function tinySpec(name: string, change: SpecChange = {}): PipelineSpecInput {
  return {
    name,
    task: { type: 'classification' },
    dataset: { source: './train.csv', test: './test.csv', input: 'text', output: 'team', nearDuplicate: 1 },
    candidates: { untuned: ['classical'], tuned: [] },
    deployment: { endpoint: name },
    ...change,
  };
}

export const oneEpoch = [{ provider: 'local', base: 'smollm2-135m-instruct', hyperparameters: { epochs: 1, batchSize: 8 } }];

export async function startTiny(
  client: Client,
  spec: PipelineSpecInput,
  options: { idempotencyKey?: string; rows?: { train: string; test: string }; files?: Readonly<Record<string, UploadedFile>> } = {},
): Promise<string> {
  const texts = options.rows ?? { train: tinyRows(2, 12), test: tinyRows(7, 12) };
  const files = { './train.csv': await uploadText(client, texts.train), './test.csv': await uploadText(client, texts.test), ...options.files };
  return (await client.runs.start({ spec, files, baseDir: null, idempotencyKey: options.idempotencyKey ?? null, requestedBy: 'test' })).run;
}

export async function uploadText(client: Client, text: string): Promise<UploadedFile> {
  const bytes = Buffer.from(text);
  const ref = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const;
  await client.artifacts.put(ref, bytes);
  return { ref, bytes: bytes.length, origin: '/nowhere' };
}

export const asked = (client: Client, run: string) => client.runs.wait(run, { until: (s) => s.state === 'waiting-for-approval' });
