/** platform.openai.com/docs/api-reference/files and /fine-tuning, as typed by the package `openai` 6.49 (2026). Error form: /docs/guides/error-codes. */
import { type Answer, chatAnswer, chatBody, type Dialect, type Draft, jsonOf, multipart, ok, type Request, type Route, routesOf } from '../route.ts';
import type { Service, SimulatedJob } from '../service.ts';
import type { Turn } from '../tokens.ts';

const refuse = (status: number): Answer => ({
  status,
  json: { error: { message: `refused with ${status}`, type: 'error', param: null, code: null } },
});
const missing = refuse(404);

/** Azure and Nebius keep no metadata; OpenAI does. */
export const openAiRoutes = (service: Service, prefix: string, keeps: { metadata: boolean; filesArePending: boolean }): readonly Route[] => {
  const fileObject = (id: string) => {
    const file = service.files.get(id);
    if (!file) return missing;
    const status = keeps.filesArePending && file.looksLeft > 0 ? 'pending' : 'processed';
    return ok({ id, object: 'file', bytes: file.bytes.length, created_at: 1, filename: file.name, purpose: 'fine-tune', status });
  };
  const jobObject = (job: SimulatedJob) => ({
    object: 'fine_tuning.job',
    id: job.id,
    model: job.base,
    created_at: Math.floor(job.createdAt / 1000),
    fine_tuned_model: job.model,
    trained_tokens: job.state === 'succeeded' || job.state === 'cancelled' ? job.tokens : null,
    status: service.behaviour.rawState ?? job.state,
    training_file: job.trainingFile,
    validation_file: null,
    result_files: [],
    error: job.error ? { code: 'unsafe_file', message: job.error, param: 'training_file' } : null,
    hyperparameters: { n_epochs: job.epochs },
    organization_id: 'org-1',
    seed: 7,
    metadata: keeps.metadata ? { tunegate_key: job.marks.key } : null,
  });
  const one = (job: SimulatedJob | undefined) => (job ? ok(jobObject(job)) : missing);
  const create = (request: Request) => {
    const body = jsonOf(request) as unknown as {
      model: string;
      training_file: string;
      suffix: string;
      metadata?: Record<string, string>;
      hyperparameters?: { n_epochs?: number };
      method?: { supervised?: { hyperparameters?: { n_epochs?: number } } };
    };
    if (!service.files.has(body.training_file)) return refuse(400);
    const epochs = body.hyperparameters?.n_epochs ?? body.method?.supervised?.hyperparameters?.n_epochs ?? 1;
    const marks = { key: body.metadata?.tunegate_key ?? '', suffix: body.suffix };
    const model = (id: string) => `${body.model}.ft-${id.slice(4, 12)}-${body.suffix}`;
    return ok(jobObject(service.createJob({ marks, base: body.model, trainingFile: body.training_file, epochs, model })));
  };
  const list = (data: readonly unknown[]) => ok({ object: 'list', data, has_more: false, first_id: null, last_id: null });
  const base = `${prefix}/fine_tuning/jobs`;
  return routesOf(refuse, [
    [
      'upload',
      'POST',
      `${prefix}/files`,
      (request) => {
        const { fileName, bytes } = multipart(request);
        return fileObject(service.addFile(fileName, bytes).id);
      },
    ],
    ['list', 'GET', `${prefix}/files`, () => list([...service.files.keys()].map((id) => fileObject(id).json))],
    [
      'file',
      'GET',
      `${prefix}/files/{id}`,
      ({ parameters }) => {
        service.lookAtFile(parameters.id ?? '');
        return fileObject(parameters.id ?? '');
      },
    ],
    ['create', 'POST', base, create],
    ['list', 'GET', base, () => list(service.list().map(jobObject))],
    ['job', 'GET', `${base}/{id}`, ({ parameters }) => one(service.look(parameters.id ?? ''))],
    [
      'events',
      'GET',
      `${base}/{id}/events`,
      () =>
        list([
          {
            object: 'fine_tuning.job.event',
            id: 'ev-1',
            created_at: 1,
            level: 'info',
            message: 'Step 1',
            type: 'metrics',
            data: { step: 1, total_steps: 2, train_loss: 0.5 },
          },
        ]),
    ],
    [
      'checkpoints',
      'GET',
      `${base}/{id}/checkpoints`,
      ({ parameters }) =>
        list([
          {
            object: 'fine_tuning.job.checkpoint',
            id: 'c-1',
            created_at: 1,
            fine_tuned_model_checkpoint: 'm:ckpt-1',
            fine_tuning_job_id: parameters.id,
            metrics: { step: 1, train_loss: 0.5 },
            step_number: 1,
          },
        ]),
    ],
    ['cancel', 'POST', `${base}/{id}/cancel`, ({ parameters }) => one(service.cancel(parameters.id ?? ''))],
    ['complete', 'POST', `${prefix}/chat/completions`, chatAnswer(service)],
    ...batchRoutes(service, prefix),
    ['undeploy', 'DELETE', `${prefix}/models/{id*}`, ({ parameters }) => ok({ id: parameters.id, object: 'model', deleted: true })],
  ]);
};

/** /docs/api-reference/batch: done at the second look, with one line of output per request. */
function batchRoutes(service: Service, prefix: string): readonly Draft[] {
  const batches = new Map<string, { looks: number; input: string; metadata: Record<string, string> }>();
  const answered = (input: string) =>
    (service.files.get(input)?.bytes.toString('utf8') ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const { custom_id, body } = JSON.parse(line) as { custom_id: string; body: { model: string; messages: Turn[] } };
        return JSON.stringify({ custom_id, response: { status_code: 200, body: chatBody(service, body, true) }, error: null });
      });
  const batchObject = (id: string) => {
    const batch = batches.get(id);
    if (!batch) return missing;
    const output = `${id}-output`;
    if (batch.looks > 1 && !service.files.has(output)) service.addFile(output, Buffer.from(`${answered(batch.input).join('\n')}\n`), output);
    const isDone = service.files.has(output);
    const facts = { object: 'batch', endpoint: '/v1/chat/completions', completion_window: '24h', created_at: 1, input_file_id: batch.input };
    return ok({ ...facts, id, metadata: batch.metadata, status: isDone ? 'completed' : 'in_progress', output_file_id: isDone ? output : null });
  };
  return [
    [
      'batch',
      'POST',
      `${prefix}/batches`,
      (request) => {
        const body = jsonOf(request) as unknown as { input_file_id: string; metadata: Record<string, string> };
        if (!service.files.has(body.input_file_id)) return refuse(400);
        const id = `batch_${batches.size + 1}`;
        batches.set(id, { looks: 0, input: body.input_file_id, metadata: body.metadata });
        return batchObject(id);
      },
    ],
    ['list', 'GET', `${prefix}/batches`, () => ok({ object: 'list', data: [...batches.keys()].map((id) => batchObject(id).json), has_more: false })],
    [
      'batch',
      'GET',
      `${prefix}/batches/{id}`,
      ({ parameters }) => {
        const batch = batches.get(parameters.id ?? '');
        if (batch) batch.looks += 1;
        return batchObject(parameters.id ?? '');
      },
    ],
    [
      'file',
      'GET',
      `${prefix}/files/{id}/content`,
      ({ parameters }) => {
        const file = service.files.get(parameters.id ?? '');
        return file ? { status: 200, text: file.bytes.toString('utf8') } : missing;
      },
    ],
  ];
}

export const openAiDialect: Dialect = (service) => openAiRoutes(service, '/v1', { metadata: true, filesArePending: true });
