import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundle, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, test } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const histories = readdirSync(at('histories/')).filter((name) => name.endsWith('.json'));
const read = (name: string) => JSON.parse(readFileSync(at(`histories/${name}`), 'utf8')) as { events: unknown[] };

describe('every recorded history', () => {
  let bundle: WorkflowBundle;
  beforeAll(async () => {
    bundle = await bundleWorkflowCode({ workflowsPath: at('../../workflows/index.ts') });
  });

  test.each(histories)('%s replays on the present code', async (name) => {
    await expect(Worker.runReplayHistory({ workflowBundle: bundle }, read(name))).resolves.toBeUndefined();
  });

  test('stays far below two thousand events', () => {
    for (const name of histories) expect(read(name).events.length).toBeLessThan(500);
  });

  test('is small code: nothing but workflows and their reducers is in the bundle', () => {
    expect(bundle.code.length).toBeLessThan(2_500_000);
    for (const stranger of ['node_modules/zod', 'node_modules/openai', 'drizzle-orm', 'canonicalize']) expect(bundle.code).not.toContain(stranger);
  });
});

test('a workflow whose order of steps has changed fails the replay', async () => {
  const changed = await bundleWorkflowCode({ workflowsPath: at('changed-workflows.ts') });
  await expect(Worker.runReplayHistory({ workflowBundle: changed }, read('fine-tune-pipeline.deployed.json'))).rejects.toThrow(/[Nn]ondetermini/);
});
