/** docs.fireworks.ai/api-reference: create-dataset, upload-dataset-files, create/get-supervised-fine-tuning-job, create-deployment, as typed by fireworks-ai 1.2.30 (read 2026-11-27). gRPC status names in errors. */
import { type Answer, chatAnswer, type Dialect, jsonOf, multipart, ok, type Request, routesOf } from '../route.ts';
import type { SimulatedJob } from '../service.ts';

const refuse = (status: number): Answer => ({ status, json: { code: status === 409 ? 6 : 3, message: `refused with ${status}`, details: [] } });
const words = { queued: 'PENDING', running: 'RUNNING', succeeded: 'COMPLETED', failed: 'FAILED', cancelled: 'CANCELLED' } as const;
const account = '/v1/accounts/{account}';

export const fireworksDialect: Dialect = (service) => {
  const jobObject = (job: SimulatedJob) => ({
    name: `accounts/me/supervisedFineTuningJobs/${job.id}`,
    createTime: new Date(job.createdAt).toISOString(),
    state: service.behaviour.rawState ?? `JOB_STATE_${words[job.state]}`,
    status: { code: job.error ? 'INVALID_ARGUMENT' : 'OK', message: job.error ?? '' },
    outputModel: `accounts/me/models/${job.marks.suffix}`,
    baseModel: job.base,
    jobProgress: {
      percent: Math.min(100, job.looks * 33),
      epoch: 1,
      ...(job.state === 'succeeded' || job.state === 'cancelled' ? { inputTokens: job.tokens } : {}),
    },
  });
  const one = (job: SimulatedJob | undefined) => (job ? ok(jobObject(job)) : refuse(404));
  const create = (request: Request) => {
    const id = request.url.searchParams.get('supervisedFineTuningJobId') ?? '';
    const body = jsonOf(request) as unknown as { baseModel: string; dataset: string; displayName: string; epochs: number; outputModel: string };
    const trainingFile = body.dataset.split('/').at(-1) ?? '';
    if (service.jobs.has(id)) return refuse(409);
    if (!service.files.has(trainingFile)) return refuse(400);
    return ok(
      jobObject(
        service.createJob({
          id,
          marks: { suffix: body.displayName },
          base: body.baseModel,
          trainingFile,
          epochs: body.epochs,
          model: () => body.outputModel,
        }),
      ),
    );
  };
  return routesOf(refuse, [
    [
      'other',
      'POST',
      `${account}/datasets`,
      (request) => {
        const { datasetId } = jsonOf(request) as unknown as { datasetId: string };
        if (service.files.has(datasetId)) return refuse(409);
        service.addFile(datasetId, Buffer.alloc(0), datasetId);
        return ok({ name: `accounts/me/datasets/${datasetId}`, state: 'UPLOADING' });
      },
    ],
    [
      'upload',
      'POST',
      `${account}/datasets/{id}:upload`,
      (request) => {
        const file = service.files.get(request.parameters.id ?? '');
        if (!file) return refuse(404);
        file.bytes = multipart(request).bytes;
        return ok({ filename: 'x' });
      },
    ],
    [
      'file',
      'GET',
      `${account}/datasets/{id}`,
      ({ parameters }) => {
        const file = service.lookAtFile(parameters.id ?? '');
        return file ? ok({ name: file.name, state: file.bytes.length > 0 && file.looksLeft === 0 ? 'READY' : 'UPLOADING' }) : refuse(404);
      },
    ],
    ['create', 'POST', `${account}/supervisedFineTuningJobs`, create],
    ['job', 'GET', `${account}/supervisedFineTuningJobs/{id}`, ({ parameters }) => one(service.look(parameters.id ?? ''))],
    ['cancel', 'POST', `${account}/supervisedFineTuningJobs/{id}:cancel`, ({ parameters }) => one(service.cancel(parameters.id ?? ''))],
    ['complete', 'POST', '/inference/v1/chat/completions', chatAnswer(service)],
    [
      'deploy',
      'POST',
      `${account}/deployments`,
      (request) => {
        const id = request.url.searchParams.get('deploymentId') ?? '';
        if (service.deployments.has(id)) return refuse(409);
        service.deploy(id, (jsonOf(request) as unknown as { baseModel: string }).baseModel);
        return ok({ name: `accounts/me/deployments/${id}`, state: 'CREATING' });
      },
    ],
    [
      'deployment',
      'GET',
      `${account}/deployments/{id}`,
      ({ parameters }) => {
        const isReady = service.lookAtDeployment(parameters.id ?? '');
        return isReady === undefined ? refuse(404) : ok({ state: isReady ? 'READY' : 'CREATING' });
      },
    ],
    ['undeploy', 'DELETE', `${account}/deployments/{id}`, ({ parameters }) => (service.undeploy(parameters.id ?? '') ? ok({}) : refuse(404))],
  ]);
};
