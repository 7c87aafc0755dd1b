/** Amazon Bedrock API Reference: CreateModelCustomizationJob, Get…, Stop…, CreateCustomModelDeployment, Converse; S3 PutObject (REST-JSON, as @aws-sdk/client-bedrock 3.1164 sends it, 2026). */
import { type Answer, type Dialect, jsonOf, ok, type Request, routesOf } from '../route.ts';
import type { SimulatedJob } from '../service.ts';

const names: Readonly<Record<number, string>> = {
  401: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  409: 'ConflictException',
  429: 'ThrottlingException',
};
const refuse = (status: number): Answer => ({
  status,
  json: { message: `refused with ${status}` },
  headers: { 'x-amzn-errortype': names[status] ?? (status >= 500 ? 'InternalServerException' : 'ValidationException') },
});
const words = { queued: 'InProgress', running: 'InProgress', succeeded: 'Completed', failed: 'Failed', cancelled: 'Stopped' } as const;
const arn = (id: string) => `arn:aws:bedrock:us-east-1:123456789012:model-customization-job/${id}`;

export const bedrockDialect: Dialect = (service) => {
  /** By ARN or by name. */
  const idOf = (identifier: string | undefined) => (identifier ?? '').split('/').at(-1) ?? '';
  const jobObject = (job: SimulatedJob) => ({
    jobArn: arn(job.id),
    jobName: job.id,
    outputModelName: job.id,
    roleArn: 'arn:aws:iam::123456789012:role/r',
    clientRequestToken: job.marks.key,
    status: service.behaviour.rawState ?? words[job.state],
    creationTime: new Date(job.createdAt).toISOString(),
    baseModelArn: `arn:aws:bedrock:us-east-1::foundation-model/${job.base}`,
    trainingDataConfig: { s3Uri: job.trainingFile },
    outputDataConfig: { s3Uri: 's3://b/out' },
    ...(job.model ? { outputModelArn: job.model } : {}),
    ...(job.error ? { failureMessage: job.error } : {}),
  });
  const create = (request: Request) => {
    const body = jsonOf(request) as unknown as {
      jobName: string;
      clientRequestToken: string;
      baseModelIdentifier: string;
      trainingDataConfig: { s3Uri: string };
      hyperParameters: { epochCount: string };
    };
    const first = [...service.jobs.values()].find((job) => job.marks.key === body.clientRequestToken);
    if (first) return { status: 201, json: { jobArn: arn(first.id) } };
    if (service.jobs.has(body.jobName)) return refuse(409);
    const trainingFile = body.trainingDataConfig.s3Uri;
    if (!service.files.has(trainingFile)) return refuse(400);
    const model = (id: string) => `arn:aws:bedrock:us-east-1:123456789012:custom-model/${id}/abc`;
    const marks = { key: body.clientRequestToken };
    const job = service.createJob({
      id: body.jobName,
      marks,
      base: body.baseModelIdentifier,
      trainingFile,
      epochs: Number(body.hyperParameters.epochCount),
      model,
    });
    return { status: 201, json: { jobArn: arn(job.id) } };
  };
  const deploymentArn = (id: string) => `arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/${id}`;
  return routesOf(refuse, [
    ['create', 'POST', '/model-customization-jobs', create],
    ['cancel', 'POST', '/model-customization-jobs/{id*}/stop', ({ parameters }) => (service.cancel(idOf(parameters.id)) ? ok({}) : refuse(404))],
    [
      'job',
      'GET',
      '/model-customization-jobs/{id*}',
      ({ parameters }) => {
        const job = service.look(idOf(parameters.id));
        return job ? ok(jobObject(job)) : refuse(404);
      },
    ],
    [
      'deploy',
      'POST',
      '/model-customization/custom-model-deployments',
      (request) => {
        const body = jsonOf(request) as unknown as { modelDeploymentName: string; modelArn: string };
        service.deploy(body.modelDeploymentName, body.modelArn);
        return { status: 202, json: { customModelDeploymentArn: deploymentArn(body.modelDeploymentName) } };
      },
    ],
    [
      'deployment',
      'GET',
      '/model-customization/custom-model-deployments/{id*}',
      ({ parameters }) => {
        const id = idOf(parameters.id);
        const isReady = service.lookAtDeployment(id);
        const facts = { customModelDeploymentArn: deploymentArn(id), modelDeploymentName: id, modelArn: service.deployments.get(id)?.model };
        return isReady === undefined ? refuse(404) : ok({ ...facts, status: isReady ? 'Active' : 'Creating', createdAt: new Date(0).toISOString() });
      },
    ],
    [
      'undeploy',
      'DELETE',
      '/model-customization/custom-model-deployments/{id*}',
      ({ parameters }) => (service.undeploy(idOf(parameters.id)) ? ok({}) : refuse(404)),
    ],
    [
      'complete',
      'POST',
      '/model/{id*}/converse',
      (request) => {
        type Part = { text: string };
        const body = jsonOf(request) as unknown as { system?: Part[]; messages: { role: string; content: Part[] }[] };
        const turns = body.messages.map(({ role, content }) => ({ role, content: content[0]?.text ?? '' }));
        const system = (body.system ?? []).map((part) => ({ role: 'system', content: part.text }));
        const { text, promptTokens, completionTokens } = service.answer(request.parameters.id ?? '', [...system, ...turns]);
        return ok({
          output: { message: { role: 'assistant', content: [{ text }] } },
          stopReason: 'end_turn',
          usage: { inputTokens: promptTokens, outputTokens: completionTokens, totalTokens: promptTokens + completionTokens },
          metrics: { latencyMs: 1 },
        });
      },
    ],
    [
      'upload',
      'PUT',
      '/{bucket}/{key*}',
      (request) => {
        const uri = `s3://${request.parameters.bucket}/${request.parameters.key}`;
        service.addFile(uri, decodeChunked(request), uri);
        return { status: 200, headers: { etag: '"x"' } };
      },
    ],
  ]);
};

/** S3 clients may send bytes in signed chunks: size in hex, the chunk, again until size 0. */
function decodeChunked(request: Request): Buffer {
  if (!String(request.headers['content-encoding'] ?? '').includes('aws-chunked')) return request.body;
  const text = request.body.toString('latin1');
  let out = '';
  for (let at = 0; at < text.length; ) {
    const lineEnd = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, lineEnd).split(';')[0] ?? '0', 16);
    if (!size) break;
    out += text.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.from(out, 'latin1');
}
