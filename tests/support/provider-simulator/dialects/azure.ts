/** learn.microsoft.com/azure/ai-foundry/openai/how-to/fine-tuning (data plane v1) and Microsoft.CognitiveServices accounts/deployments 2025-09-01 (@azure/arm-cognitiveservices 8.1.0). */
import { type Answer, type Dialect, jsonOf, ok, routesOf } from '../route.ts';
import { openAiRoutes } from './openai.ts';

const refuse = (status: number): Answer => ({ status, json: { error: { code: 'DeploymentError', message: `refused with ${status}` } } });
const path = '/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.CognitiveServices/accounts/{a}/deployments/{name}';

export const azureDialect: Dialect = (service) => [
  ...openAiRoutes(service, '/openai/v1', { metadata: false, filesArePending: true }),
  ...routesOf(refuse, [
    [
      'deploy',
      'PUT',
      path,
      (request) => {
        const body = jsonOf(request) as unknown as { properties: { model: { name: string } } };
        service.deploy(request.parameters.name ?? '', body.properties.model.name);
        return { status: 201, json: { properties: { provisioningState: 'Creating' } } };
      },
    ],
    [
      'deployment',
      'GET',
      path,
      ({ parameters }) => {
        const isReady = service.lookAtDeployment(parameters.name ?? '');
        return isReady === undefined ? refuse(404) : ok({ properties: { provisioningState: isReady ? 'Succeeded' : 'Creating' } });
      },
    ],
    ['undeploy', 'DELETE', path, ({ parameters }) => ({ status: service.undeploy(parameters.name ?? '') ? 202 : 204 })],
  ]),
];
