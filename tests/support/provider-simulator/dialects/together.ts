/** docs.together.ai/reference: post-fine-tunes, get-fine-tunes, get-fine-tunes-id, upload-file (openapi.yaml, "Together APIs" 2.0.0, 2026-04-28); whoami, dmi/endpoints-create, dedicated-endpoints/migrate-from-v1 (read 2026-11-27) with the types of `together` 3.1.1; billing of validation rows: /docs/fine-tuning/pricing (read 2026-11-27). */
import { type Answer, chatAnswer, type Dialect, type Draft, jsonOf, multipart, ok, type Request, routesOf } from '../route.ts';
import type { Service, SimulatedJob } from '../service.ts';

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
    ...(job.state === 'succeeded' ? { model_object_id: job.model, model_object_name: `me/${job.marks.suffix}` } : {}),
    training_file: job.trainingFile,
    n_epochs: job.epochs,
    token_count: job.state === 'succeeded' || job.state === 'cancelled' ? job.tokens : 0,
    events: job.error ? [event(job.error, 0)] : [],
  });
  const one = (job: SimulatedJob | undefined) => (job ? ok(jobObject(job)) : refuse(404));
  const create = (request: Request) => {
    type Body = { model: string; training_file: string; validation_file?: string; n_evals?: number; suffix: string; n_epochs: number };
    const body = jsonOf(request) as unknown as Body;
    if (!service.files.has(body.training_file)) return refuse(400);
    return ok(
      jobObject(
        service.createJob({
          marks: { suffix: body.suffix },
          base: body.model,
          trainingFile: body.training_file,
          epochs: body.n_epochs,
          evaluated: { file: body.validation_file, times: body.n_evals ?? 0 },
          model: (id) => `ml_${id.slice(4)}`,
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
    ['other', 'GET', '/v1/whoami', () => ok({ project_id: project, project_slug: 'me', organization_id: 'org_1', api_key_id: 'key_1' })],
    ...endpointRoutes(service),
  ]);
};

const project = 'proj_1';
const root = `/v2/projects/${project}`;

interface SimulatedEndpoint {
  readonly name: string;
  readonly deployments: Map<string, { readonly model: string; isStopped: boolean }>;
  trafficSplit: { deploymentId: string; weight: number }[];
}

/** Dedicated endpoints, v2. A deployment serves once it is ready and in its endpoint's traffic split; it is deleted once it is stopped and out of it. */
function endpointRoutes(service: Service): readonly Draft[] {
  const endpoints = new Map<string, SimulatedEndpoint>();
  const endpointObject = (id: string, { name, deployments, trafficSplit }: SimulatedEndpoint) => ({
    id,
    name: `me/${name}`,
    projectId: project,
    deployments: [...deployments].map(([key, { model }]) => ({ id: key, model, name: `me/${name}/serving` })),
    trafficSplit,
  });
  const endpointOf = ({ parameters }: Request) => endpoints.get(parameters.id ?? '');
  const deploymentOf = (request: Request) => endpointOf(request)?.deployments.get(request.parameters.deployment ?? '');
  const stateOf = (name: string, isStopped: boolean) => (isStopped ? 'STOPPED' : service.lookAtDeployment(name) ? 'READY' : 'PROVISIONING');
  const configs = [
    { id: 'cr_eight', projectId: 'proj_platform', selectors: [{ key: 'accelerator_count', value: '8' }] },
    { id: 'cr_one', projectId: 'proj_platform', selectors: [{ key: 'accelerator_count', value: '1' }] },
  ];
  const create = (request: Request) => {
    const { name } = jsonOf(request) as unknown as { name: string };
    if ([...endpoints.values()].some((endpoint) => endpoint.name === name)) return refuse(409);
    const id = `ep_${endpoints.size + 1}`;
    const endpoint: SimulatedEndpoint = { name, deployments: new Map(), trafficSplit: [] };
    endpoints.set(id, endpoint);
    return ok(endpointObject(id, endpoint));
  };
  const deploy = (request: Request) => {
    const endpoint = endpointOf(request);
    const { model, config } = jsonOf(request) as unknown as { model: string; config: string };
    if (!endpoint) return refuse(404);
    if (config !== 'projects/proj_platform/configs/cr_one' || !model.startsWith(`projects/${project}/models/ml_`)) return refuse(400);
    const id = `dep_${endpoint.name}`;
    endpoint.deployments.set(id, { model, isStopped: false });
    service.deploy(endpoint.name, model);
    return ok({ id, status: { state: 'DEPLOYMENT_STATE_PROVISIONING', message: 'Scheduling replicas' } });
  };
  const scale = (request: Request) => {
    const endpoint = endpointOf(request);
    const deployment = deploymentOf(request);
    if (!endpoint || !deployment) return refuse(404);
    const { minReplicas, maxReplicas } = (jsonOf(request) as unknown as { autoscaling: { minReplicas: number; maxReplicas: number } }).autoscaling;
    if (minReplicas === 0 && maxReplicas > 0) return refuse(400);
    deployment.isStopped = maxReplicas === 0;
    if (deployment.isStopped) service.undeploy(endpoint.name);
    else service.deploy(endpoint.name, deployment.model);
    return ok({ id: request.parameters.deployment });
  };
  const answer = (request: Request) => {
    const { model } = jsonOf(request) as unknown as { model: string };
    const endpoint = [...endpoints.values()].find(({ name }) => model === `me/${name}`);
    return endpoint && endpoint.trafficSplit.length === 0 ? refuse(503) : chatAnswer(service)(request);
  };
  return [
    ['complete', 'POST', '/v1/chat/completions', answer],
    [
      'other',
      'GET',
      `${root}/endpoints`,
      () => ok({ data: [...endpoints].map(([id, endpoint]) => endpointObject(id, endpoint)), next_cursor: null }),
    ],
    ['other', 'POST', `${root}/endpoints`, create],
    ['other', 'GET', `${root}/configs`, () => ok({ data: configs, next_cursor: null })],
    ['deploy', 'POST', `${root}/endpoints/{id}/deployments`, deploy],
    [
      'deployment',
      'GET',
      `${root}/endpoints/{id}/deployments/{deployment}`,
      (request) => {
        const deployment = deploymentOf(request);
        if (!deployment) return refuse(404);
        return ok({ status: { state: `DEPLOYMENT_STATE_${stateOf(endpointOf(request)?.name ?? '', deployment.isStopped)}`, message: '' } });
      },
    ],
    ['other', 'PATCH', `${root}/endpoints/{id}/deployments/{deployment}`, scale],
    [
      'other',
      'PATCH',
      `${root}/endpoints/{id}`,
      (request) => {
        const endpoint = endpointOf(request);
        // An empty split counts only where the mask names it.
        if (!endpoint || request.url.searchParams.get('updateMask') !== 'trafficSplit') return refuse(endpoint ? 400 : 404);
        endpoint.trafficSplit = (jsonOf(request) as unknown as Pick<SimulatedEndpoint, 'trafficSplit'>).trafficSplit;
        return ok({ id: request.parameters.id });
      },
    ],
    [
      'undeploy',
      'DELETE',
      `${root}/endpoints/{id}/deployments/{deployment}`,
      (request) => {
        const endpoint = endpointOf(request);
        if (!endpoint || !deploymentOf(request)) return refuse(404);
        if (!deploymentOf(request)?.isStopped || endpoint.trafficSplit.length > 0) return refuse(400);
        endpoint.deployments.delete(request.parameters.deployment ?? '');
        return ok({});
      },
    ],
    [
      'other',
      'DELETE',
      `${root}/endpoints/{id}`,
      (request) => {
        if (endpointOf(request)?.deployments.size) return refuse(400);
        return endpoints.delete(request.parameters.id ?? '') ? ok({}) : refuse(404);
      },
    ],
  ];
}
