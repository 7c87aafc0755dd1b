/** cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.tuningJobs, …endpoints, and storage.googleapis.com JSON API uploads (2026). google.rpc.Status errors. */
import { type Answer, type Dialect, jsonOf, ok, type Request, routesOf } from '../route.ts';
import type { SimulatedJob } from '../service.ts';

const refuse = (status: number): Answer => ({ status, json: { error: { code: status, message: `refused with ${status}`, status: 'REFUSED' } } });
const words = { queued: 'PENDING', running: 'RUNNING', succeeded: 'SUCCEEDED', failed: 'FAILED', cancelled: 'CANCELLED' } as const;
const parent = '/v1/projects/{project}/locations/{location}';
const prefix = 'projects/p/locations/l/tuningJobs/';

export const vertexDialect: Dialect = (service) => {
  const jobObject = (job: SimulatedJob) => ({
    name: `${prefix}${job.id}`,
    tunedModelDisplayName: job.marks.suffix,
    baseModel: job.base,
    state: service.behaviour.rawState ?? `JOB_STATE_${words[job.state]}`,
    createTime: new Date(job.createdAt).toISOString(),
    labels: { tunegate_key: job.marks.key },
    ...(job.error ? { error: { code: 3, message: job.error } } : {}),
    ...(job.model
      ? {
          tunedModel: {
            model: 'projects/p/locations/l/models/1@1',
            endpoint: job.model,
            checkpoints: [{ checkpointId: '1', epoch: '1', step: '1', endpoint: job.model }],
          },
        }
      : {}),
    ...(job.state === 'succeeded' || job.state === 'cancelled'
      ? { tuningDataStats: { supervisedTuningDataStats: { totalBillableTokenCount: String(job.tokens) } } }
      : {}),
  });
  const one = (job: SimulatedJob | undefined) => (job ? ok(jobObject(job)) : refuse(404));
  const create = (request: Request) => {
    const body = jsonOf(request) as unknown as {
      baseModel: string;
      tunedModelDisplayName: string;
      labels: { tunegate_key: string };
      supervisedTuningSpec: { trainingDatasetUri: string; hyperParameters: { epochCount: string } };
    };
    const { trainingDatasetUri: trainingFile, hyperParameters } = body.supervisedTuningSpec;
    if (!service.files.has(trainingFile)) return refuse(400);
    const marks = { key: body.labels.tunegate_key, suffix: body.tunedModelDisplayName };
    const model = (id: string) => {
      const endpoint = `projects/p/locations/l/endpoints/${id}`;
      service.deploy(endpoint, id);
      return endpoint;
    };
    return ok(jobObject(service.createJob({ marks, base: body.baseModel, trainingFile, epochs: Number(hyperParameters.epochCount), model })));
  };
  const answer = (request: Request) => {
    type Content = { role: string; parts: { text: string }[] };
    const body = jsonOf(request) as unknown as { contents: Content[]; systemInstruction?: Content };
    const turns = [...(body.systemInstruction ? [body.systemInstruction] : []), ...body.contents].map(({ role, parts }) => ({
      role: role === 'model' ? 'assistant' : role,
      content: parts[0]?.text ?? '',
    }));
    const { text, promptTokens, completionTokens } = service.answer(
      request.url.pathname.split('/').slice(2).join('/').replace(':generateContent', ''),
      turns,
    );
    return ok({
      candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: promptTokens, candidatesTokenCount: completionTokens },
    });
  };
  const endpointOf = (request: Request) => `projects/p/locations/l/endpoints/${request.parameters.id}`;
  return routesOf(refuse, [
    [
      'upload',
      'POST',
      '/upload/storage/v1/b/{bucket}/o',
      (request) => {
        const name = `gs://${request.parameters.bucket}/${request.url.searchParams.get('name')}`;
        service.addFile(name, request.body, name);
        return ok({ kind: 'storage#object', name });
      },
    ],
    ['create', 'POST', `${parent}/tuningJobs`, create],
    ['list', 'GET', `${parent}/tuningJobs`, () => ok({ tuningJobs: service.list().map(jobObject) })],
    ['job', 'GET', `${parent}/tuningJobs/{id}`, ({ parameters }) => one(service.look(parameters.id ?? ''))],
    ['cancel', 'POST', `${parent}/tuningJobs/{id}:cancel`, ({ parameters }) => (service.cancel(parameters.id ?? '') ? ok({}) : refuse(404))],
    ['complete', 'POST', `${parent}/publishers/google/models/{id}:generateContent`, answer],
    ['complete', 'POST', `${parent}/endpoints/{id}:generateContent`, answer],
    [
      'deployment',
      'GET',
      `${parent}/endpoints/{id}`,
      (request) => (service.deployments.has(endpointOf(request)) ? ok({ deployedModels: [{ id: '1' }] }) : refuse(404)),
    ],
    ['other', 'POST', `${parent}/endpoints/{id}:undeployModel`, () => ok({})],
    ['undeploy', 'DELETE', `${parent}/endpoints/{id}`, (request) => (service.undeploy(endpointOf(request)) ? ok({}) : refuse(404))],
  ]);
};
