import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runPolicies } from '../../../activities/gate/policies.ts';
import { applyPolicies } from '../../../domain/gate/apply-policies.ts';
import { decideGate } from '../../../domain/gate/decide-gate.ts';
import { arm, input, target } from './arms.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tunegate-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const promoted = decideGate(
  input(
    arm('lora', 300, () => true),
    [target('classical', 300, (i) => i % 3 > 0)],
  ),
);
const write = (name: string, body: string) => writeFile(join(folder, name), `export const policy = (input) => { ${body} };\n`);
const gated = async () => applyPolicies(promoted, await runPolicies(folder, { run: 'r', endpoint: 'e', ...promoted }));

describe('policies of the installation', () => {
  test('see the evidence and can reject, with their reason in the document and their hash in the evidence', async () => {
    expect(promoted.document.decision).toBe('promote');
    await write(
      'least-gain.mjs',
      "const low = input.document.comparisons[0].difference.low; return low < 0.5 ? { verdict: 'reject', reason: input.endpoint + ': gain not above 50 points' } : { verdict: 'pass' }",
    );
    const { document, evidence } = await gated();
    expect(document.decision).toBe('reject');
    expect(document.reasons.at(-1)).toBe('The policy least-gain of this installation rejects the candidate: e: gain not above 50 points.');
    expect(evidence.policies).toMatchObject([{ name: 'least-gain', verdict: 'reject', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  test('can ask the approver to accept something by name', async () => {
    await write('friday.mjs', "return { verdict: 'acknowledge', reason: 'it is Friday' }");
    expect(await gated()).toMatchObject({ document: { decision: 'promote' }, acknowledge: ['policy friday'] });
  });

  test.each([
    ['throw', "throw new Error('no such table')", 'no such table'],
    ['answer with something else', "return { verdict: 'promote' }", 'verdict'],
  ])('that %s leave the gate closed', async (_, body, words) => {
    await write('broken.mjs', body);
    const { document, evidence } = await gated();
    expect(document.decision).toBe('inconclusive');
    expect(document.reasons.at(-1)).toContain(words);
    expect(evidence.closedBecause).toHaveLength(1);
  });

  test('cannot promote what the gate did not, nor change what others see', async () => {
    const rejected = decideGate(
      input(
        arm('lora', 300, (i) => i % 3 > 0),
        [target('classical', 300, () => true)],
      ),
    );
    await write('a.mjs', "input.document.decision = 'promote'; return { verdict: 'pass' }");
    const policies = await runPolicies(folder, { run: 'r', endpoint: 'e', ...rejected });
    expect(applyPolicies(rejected, policies).document.decision).toBe('reject');
  });

  test('are none where there is no folder', async () => {
    expect(await runPolicies(join(folder, 'absent'), { run: 'r', endpoint: 'e', ...promoted })).toEqual([]);
  });
});
