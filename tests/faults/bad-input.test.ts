/** Inputs and places that are wrong in ways only a whole stack shows: a clear error or a clear wait, and nothing lost. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../client/index.ts';
import { partNames } from '../../workers/stack/part.ts';
import { type OwnStack, ownStack } from '../support/own-stack.ts';
import { asked, clientOf, oneEpoch, startTiny, tinyRows, tinySpec } from '../support/tiny-pipeline.ts';

/** A file system of its own, small enough to fill; null where this user may not mount one. */
function mountSmall(bytes: number): string | null {
  const path = mkdtempSync(join(tmpdir(), 'tunegate-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    rmSync(path, { recursive: true });
    return null;
  }
}
const small = mountSmall(24 * 1024 * 1024);

let own: OwnStack;
let client: Client;
beforeAll(async () => {
  own = await ownStack(partNames, small === null ? {} : { ARTIFACTS_URL: pathToFileURL(small).href });
  client = clientOf(await own.start());
});
afterAll(async () => {
  await own?.end();
  if (small === null) return;
  execFileSync('umount', ['-l', small]);
  rmSync(small, { recursive: true, force: true });
});

const ended = async (run: string) => (await client.runs.wait(run)).document;

describe('a run', () => {
  test('on a base model that is not there fails before anything is trained, and names what is there', async () => {
    const tuned = [{ provider: 'local', base: 'llama-9000', hyperparameters: { epochs: 1 } }];
    const document = await ended(await startTiny(client, tinySpec('no-such-base', { candidates: { untuned: ['classical'], tuned } })));
    expect(document).toMatchObject({ outcome: 'failed', error: { code: 'base_model_missing' }, deployment: null });
    expect(document.error?.message).toContain("'llama-9000'");
    expect(document.error?.message).toContain('smollm2-135m-instruct');
    expect(document.jobs.filter((job) => job.status === 'running' || job.status === 'queued')).toEqual([]);
  });

  test.each([
    ['its candidate', { candidates: { untuned: [], tuned: [{ provider: 'together', base: 'meta-llama/Meta-Llama-3.1-8B-Instruct-Reference' }] } }],
    ['its teacher', { synthesis: { teacher: 'openai/gpt-4.1-mini', total: 1, acknowledgeTerms: true } }],
  ])('without the key of the provider of %s fails at once, and names the variable', async (who, change) => {
    const document = await ended(await startTiny(client, tinySpec(who === 'its teacher' ? 'no-teacher-key' : 'no-key', change)));
    expect(document).toMatchObject({ outcome: 'failed', error: { code: 'key_missing' }, dataset: null });
    expect(document.error?.message).toMatch(/TOGETHER_API_KEY|OPENAI_API_KEY/);
  });

  test('with a provider that does not exist is refused before it begins', async () => {
    const tuned = [{ provider: 'nobody', base: 'x' }];
    await expect(startTiny(client, tinySpec('nobody', { candidates: { untuned: [], tuned } }))).rejects.toMatchObject({
      code: 'not_supported',
      where: 'candidates.tuned[0].provider',
    });
  });
});

describe.skipIf(small === null)('a full disk', () => {
  const filler = join(small ?? '', 'filler');
  const fill = () => {
    const { bavail, bsize } = statfsSync(small ?? '');
    writeFileSync(filler, Buffer.alloc(Math.max(0, Number(bavail) * Number(bsize) - 4096)));
    // The last pages go one by one, until not even a small file fits.
    for (let i = 0; i < 64; i += 1) {
      try {
        writeFileSync(`${filler}-${i}`, Buffer.alloc(1024));
      } catch {
        return;
      }
    }
  };
  const free = () => execFileSync('sh', ['-c', 'rm -f "$1"*', 'sh', filler]);

  test('refuses an upload in words, and takes it once there is room', async () => {
    fill();
    try {
      await expect(startTiny(client, tinySpec('full-upload'), { rows: { train: tinyRows(12, 40), test: tinyRows(13, 40) } })).rejects.toMatchObject({
        code: 'disk_full',
        remedy: expect.stringContaining('free some space'),
      });
    } finally {
      free();
    }
    const run = await startTiny(client, tinySpec('full-upload'), { rows: { train: tinyRows(12, 40), test: tinyRows(13, 40) } });
    await asked(client, run);
    await client.runs.reject(run, { by: 'ada', comment: null });
  });

  test('holds a run where it is, says why, and lets it go on by itself', async () => {
    const spec = tinySpec('full-run', { candidates: { untuned: ['classical'], tuned: oneEpoch }, gate: { minimumGain: -1 } });
    const run = await startTiny(client, spec, { rows: { train: tinyRows(14, 12), test: tinyRows(15, 12) } });
    await client.runs.wait(run, { until: (s) => s.stages.some((stage) => stage.stage === 'training' && stage.status === 'running') });
    fill();
    try {
      const held = await client.runs.wait(run, { until: (s) => (s.troubles ?? []).some((trouble) => trouble.code === 'disk_full') });
      expect(held).toMatchObject({ state: 'running', outcome: null });
      expect(held.troubles?.find((trouble) => trouble.code === 'disk_full')).toMatchObject({ remedy: expect.stringContaining('free') });
    } finally {
      free();
    }
    const question = await asked(client, run);
    expect(question.document.jobs.map((job) => job.status)).toEqual(question.document.jobs.map(() => 'succeeded'));
    await client.runs.approve(run, { by: 'ada', artifact: question.decision?.artifact ?? null });
    expect(await ended(run)).toMatchObject({ outcome: 'deployed', error: null });
  });
});
