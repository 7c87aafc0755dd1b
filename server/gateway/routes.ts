/** The model gateway: `/v1/chat/completions` and `/v1/models`, for any client of the wire shape. The endpoint's name is the model. */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { streamSSE } from 'hono/streaming';
import type { EndpointDocument } from '../../contracts/api.ts';
import { findEndpoint, listEndpoints } from '../../db/queries/endpoint-list.ts';
import { countServed } from '../../db/queries/gateway-counts.ts';
import { authenticate, needs } from '../security/authenticate.ts';
import type { AppEnv, Services } from '../services.ts';
import { type Answer, answer } from './answer.ts';
import { capture } from './capture.ts';
import { chatChunks, chatCompletion } from './chat-answer.ts';
import { readChatRequest } from './chat-request.ts';
import { chooseVersion } from './choose-version.ts';
import { answerError, GatewayRefusal } from './openai-error.ts';
import { type ServedModels, servedModels } from './served-models.ts';

const perServices = new WeakMap<Services, ServedModels>();
function modelsOf(services: Services): ServedModels {
  const models = perServices.get(services) ?? servedModels(services);
  perServices.set(services, models);
  return models;
}

const noSuchModel = (name: string) =>
  new GatewayRefusal(404, `The model '${name}' does not exist: no endpoint of that name serves a version. See GET /v1/models.`, {
    param: 'model',
    code: 'model_not_found',
  });

const modelOf = (endpoint: EndpointDocument) => ({
  id: endpoint.endpoint,
  object: 'model',
  created: Math.floor(Date.parse(endpoint.champion?.since ?? '1970-01-01') / 1000),
  owned_by: 'tunegate',
});

export const gatewayRoutes = new Hono<AppEnv>()
  .use(authenticate)
  .use(needs('viewer'))
  .use((c, next) =>
    bodyLimit({
      maxSize: c.var.services.settings.maxRequestBytes,
      onError: () => {
        throw new GatewayRefusal(413, 'the request is too large');
      },
    })(c, next),
  )
  .post('/chat/completions', async (c) => {
    const { services } = c.var;
    const request = readChatRequest(await c.req.text());
    const endpoint = await findEndpoint(services.db, request.endpoint);
    const chosen = endpoint && chooseVersion(endpoint, Math.random());
    if (!chosen) throw noSuchModel(request.endpoint);
    const { version, isTrial } = chosen;
    const count = (isServed: boolean): void => {
      if (!isTrial) return;
      countServed(services.db, { endpoint: request.endpoint, artifact: version.artifact }, isServed).catch((err: unknown) =>
        services.log.error({ err }, 'a served request was not counted'),
      );
    };
    let given: Answer;
    try {
      given = await answer(services, modelsOf(services), version, request, c.req.raw.signal);
    } catch (error) {
      // A caller who hangs up says nothing about the version.
      if (!c.req.raw.signal.aborted) count(false);
      throw error;
    }
    count(true);
    capture(services, { endpoint: request.endpoint, version, input: request.input, answer: given }, Math.random());
    if (!request.stream) return c.json(chatCompletion(request, version, given));
    return streamSSE(c, async (stream) => {
      for (const chunk of chatChunks(request, version, given)) await stream.writeSSE({ data: JSON.stringify(chunk) });
      await stream.writeSSE({ data: '[DONE]' });
    });
  })
  .get('/models', async (c) => {
    const data = (await listEndpoints(c.var.services.db)).filter((e) => e.champion !== null).map(modelOf);
    return c.json({ object: 'list', data });
  })
  .get('/models/:name', async (c) => {
    const endpoint = await findEndpoint(c.var.services.db, c.req.param('name'));
    if (!endpoint?.champion) throw noSuchModel(c.req.param('name'));
    return c.json(modelOf(endpoint));
  })
  .all('*', (c) => {
    throw new GatewayRefusal(404, `Invalid URL (${c.req.method} ${c.req.path}): the gateway has /v1/chat/completions and /v1/models.`);
  })
  .onError(answerError);
