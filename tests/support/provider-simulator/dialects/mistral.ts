/** docs.mistral.ai/api: files, fine_tuning/jobs, chat, as typed by @mistralai/mistralai 1.15.1, the last client with fine-tuning. */
import { type Answer, chatAnswer, type Dialect, jsonOf, multipart, ok, type Request, routesOf } from '../route.ts';
import type { SimulatedJob } from '../service.ts';

const refuse = (status: number): Answer => ({
  status,
  json: { object: 'error', message: `refused with ${status}`, type: 'invalid_request', param: null, code: null },
});
const words = { queued: 'QUEUED', running: 'RUNNING', succeeded: 'SUCCESS', failed: 'FAILED_VALIDATION', cancelled: 'CANCELLED' } as const;

export const mistralDialect: Dialect = (service) => {
  const jobObject = (job: SimulatedJob) => ({
    id: job.id,
    auto_start: true,
    model: job.base,
    status: service.behaviour.rawState ?? words[job.state],
    created_at: Math.floor(job.createdAt / 1000),
    modified_at: Math.floor(job.createdAt / 1000),
    training_files: [job.trainingFile],
    object: 'job',
    fine_tuned_model: job.model,
    suffix: job.marks.suffix,
    trained_tokens: job.state === 'succeeded' || job.state === 'cancelled' ? job.tokens : null,
    events: [{ name: 'status-updated', data: { status: 'RUNNING', error: job.error }, created_at: 1 }],
    checkpoints: [{ metrics: { train_loss: 0.5, valid_loss: 0.6 }, step_number: 1, created_at: 2 }],
  });
  const one = (job: SimulatedJob | undefined) => (job ? ok(jobObject(job)) : refuse(404));
  const create = (request: Request) => {
    const body = jsonOf(request) as unknown as {
      model: string;
      training_files: { file_id: string }[];
      suffix: string;
      hyperparameters: { epochs: number };
    };
    const trainingFile = body.training_files[0]?.file_id ?? '';
    if (!service.files.has(trainingFile)) return refuse(422);
    const model = (id: string) => `ft:${body.model}:me:20260101:${body.suffix}:${id.slice(4, 12)}`;
    return ok(
      jobObject(service.createJob({ marks: { suffix: body.suffix }, base: body.model, trainingFile, epochs: body.hyperparameters.epochs, model })),
    );
  };
  return routesOf(refuse, [
    [
      'upload',
      'POST',
      '/v1/files',
      (request) => {
        const { fileName, bytes } = multipart(request);
        return ok({ id: service.addFile(fileName, bytes).id, object: 'file', filename: fileName, purpose: 'fine-tune', sample_type: 'instruct' });
      },
    ],
    ['create', 'POST', '/v1/fine_tuning/jobs', create],
    [
      'list',
      'GET',
      '/v1/fine_tuning/jobs',
      ({ url }) =>
        ok({
          object: 'list',
          data: service
            .list()
            .filter((j) => j.marks.suffix === url.searchParams.get('suffix'))
            .map(jobObject),
          total: 0,
        }),
    ],
    ['job', 'GET', '/v1/fine_tuning/jobs/{id}', ({ parameters }) => one(service.look(parameters.id ?? ''))],
    ['cancel', 'POST', '/v1/fine_tuning/jobs/{id}/cancel', ({ parameters }) => one(service.cancel(parameters.id ?? ''))],
    ['complete', 'POST', '/v1/chat/completions', chatAnswer(service)],
    ['undeploy', 'DELETE', '/v1/models/{id*}', ({ parameters }) => ok({ id: parameters.id, object: 'model', deleted: true })],
  ]);
};
