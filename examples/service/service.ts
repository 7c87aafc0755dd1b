/** A service of another team: triggers a fine-tuning run, waits for the question, and approves by Temporal signal. */
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { parse } from 'yaml';
import { createClient } from '../../client/index.ts';
import type { UploadedFile } from '../../contracts/api.ts';
import type { ApprovalMessage } from '../../contracts/messages.ts';
import { messages } from '../../contracts/names.ts';
import type { PipelineSpecInput } from '../../contracts/pipeline-spec.ts';

const { TUNEGATE_URL = 'http://127.0.0.1:7300', TUNEGATE_KEY = '', TEMPORAL_ADDRESS = '127.0.0.1:7301', APPROVER = 'release-service' } = process.env;
const dir = resolve(process.argv[2] ?? 'examples/support-triage');

const tunegate = createClient({ url: TUNEGATE_URL, key: TUNEGATE_KEY });
const spec = parse(await readFile(resolve(dir, 'pipeline.yaml'), 'utf8')) as PipelineSpecInput;

const files: Record<string, UploadedFile> = {};
for (const path of [spec.dataset.source, spec.dataset.test].filter((p) => p !== undefined)) {
  const bytes = await readFile(resolve(dir, path));
  const ref = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const;
  await tunegate.artifacts.put(ref, bytes);
  files[path] = { ref, bytes: bytes.byteLength, origin: resolve(dir, path) };
}

const { run } = await tunegate.runs.start({ spec, files, baseDir: dir, idempotencyKey: null, requestedBy: APPROVER });
const { decision } = await tunegate.runs.wait(run, { until: (status) => status.decision !== null });

if (decision) {
  const temporal = new Client({ connection: await Connection.connect({ address: TEMPORAL_ADDRESS }) });
  const approval: ApprovalMessage = {
    decisionId: decision.id,
    verdict: 'approve',
    by: APPROVER,
    comment: null,
    artifact: decision.artifact,
    token: null,
    acknowledge: decision.acknowledge,
    messageId: randomUUID(),
  };
  await temporal.workflow.getHandle(run).signal(messages.approve, approval);
  await temporal.connection.close();
}
const { document } = await tunegate.runs.wait(run);
console.log(JSON.stringify({ run, outcome: document.outcome, deployment: document.deployment }, null, 2));
