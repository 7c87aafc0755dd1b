/** docs.together.ai/reference: post-fine-tunes, get-fine-tunes, get-fine-tunes-id, upload-file, createendpoint (openapi.yaml, "Together APIs" 2.0.0, 2026-04-28); billing of validation rows: /docs/fine-tuning/pricing (read 2026-11-27). */
import { type Answer, chatAnswer, type Dialect, jsonOf, multipart, ok, type Request, routesOf } from '../route.ts';
import type { SimulatedJob } from '../service.ts';

const refuse = (status: number): Answer => ({
  status,
  json: { error: { message: `refused with ${status}`, type: 'invalid_request_error', param: null, code: null } },
});
const words = { queued: 'queued', running: 'running', succeeded: 'completed', failed: 'user_error', cancelled: 'cancelled' } as const;

export const togetherDialect: Dialect = (service) => {
  const event = (message: string, step: number) => ({
    object: 'fine-tune-event',
    created_at: '2026-01-01T00:00:00Z',
    message,
    type: 'training_update',
    step,
    total_steps: 2,
    hash: `h${step}`,
    level: 'info',
  });
  const jobObject = (job: SimulatedJob) => ({
    id: job.id,
    status: service.behaviour.rawState ?? words[job.state],
    created_at: new Date(job.createdAt).toISOString(),
    model: job.base,
    model_output_name: `me/${job.base}-${job.marks.suffix}-${job.id.slice(4, 12)}`,
    training_file: job.trainingFile,
    n_epochs: job.epochs,
    token_count: job.state === 'succeeded' || job.state === 'cancelled' ? job.tokens : 0,
    events: job.error ? [event(job.error, 0)] : [],
  });
  const one = (job: SimulatedJob | undefined) => (job ? ok(jobObject(job)) : refuse(404));
  const endpointObject = (id: string) => {
    const isReady = service.lookAtDeployment(id);
    const model = service.deployments.get(id)?.model;
    return isReady === undefined
      ? refuse(404)
      : ok({ object: 'endpoint', id, name: `me/${model}-endpoint`, model, type: 'dedicated', state: isReady ? 'STARTED' : 'STARTING' });
  };
  const create = (request: Request) => {
    type Body = { model: string; training_file: string; validation_file?: string; n_evals?: number; suffix: string; n_epochs: number };
    const body = jsonOf(request) as unknown as Body;
    if (!service.files.has(body.training_file)) return refuse(400);
    const model = (id: string) => `me/${body.model}-${body.suffix}-${id.slice(4, 12)}`;
    return ok(
      jobObject(
        service.createJob({
          marks: { suffix: body.suffix },
          base: body.model,
          trainingFile: body.training_file,
          epochs: body.n_epochs,
          evaluated: { file: body.validation_file, times: body.n_evals ?? 0 },
          model,
        }),
      ),
    );
  };
  return routesOf(refuse, [
    [
      'upload',
      'POST',
      '/v1/files/upload',
      (request) => {
        const { fileName, bytes } = multipart(request);
        return ok({ id: service.addFile(fileName, bytes).id, object: 'file', Processed: false });
      },
    ],
    [
      'file',
      'GET',
      '/v1/files/{id}',
      ({ parameters }) => {
        const file = service.lookAtFile(parameters.id ?? '');
        return file ? ok({ id: file.id, filename: file.name, Processed: file.looksLeft === 0 }) : refuse(404);
      },
    ],
    ['create', 'POST', '/v1/fine-tunes', create],
    ['list', 'GET', '/v1/fine-tunes', () => ok({ data: service.list().map(jobObject) })],
    ['job', 'GET', '/v1/fine-tunes/{id}', ({ parameters }) => one(service.look(parameters.id ?? ''))],
    ['events', 'GET', '/v1/fine-tunes/{id}/events', () => ok({ data: [event('Step 1', 1)] })],
    [
      'checkpoints',
      'GET',
      '/v1/fine-tunes/{id}/checkpoints',
      () => ok({ data: [{ step: 1, created_at: '2026-01-01T00:00:00Z', path: 's3://x', checkpoint_type: 'Intermediate' }] }),
    ],
    ['cancel', 'POST', '/v1/fine-tunes/{id}/cancel', ({ parameters }) => one(service.cancel(parameters.id ?? ''))],
    ['complete', 'POST', '/v1/chat/completions', chatAnswer(service)],
    [
      'deploy',
      'POST',
      '/v1/endpoints',
      (request) => {
        const { model } = jsonOf(request) as unknown as { model: string };
        const id = `endpoint-${service.deployments.size + 1}`;
        service.deploy(id, model);
        return endpointObject(id);
      },
    ],
    [
      'other',
      'GET',
      '/v1/endpoints',
      () =>
        ok({
          object: 'list',
          data: [...service.deployments].map(([id, { model }]) => ({ id, name: `me/${model}-endpoint`, model, state: 'STARTED' })),
        }),
    ],
    ['deployment', 'GET', '/v1/endpoints/{id}', ({ parameters }) => endpointObject(parameters.id ?? '')],
    [
      'undeploy',
      'DELETE',
      '/v1/endpoints/{id}',
      ({ parameters }) => {
        service.undeploy(parameters.id ?? '');
        return { status: 204 };
      },
    ],
  ]);
};
