import { workflowInfo } from '@temporalio/workflow';

/**
 * What makes the workflows of one run findable together. A namespace that does not know our attributes would refuse them; the server sets the first
 * only where it does, and its children inherit them.
 */
export function attributesOf(run: string): { searchAttributes?: Record<string, string[]> } {
  const { TunegateEndpoint: endpoint } = workflowInfo().searchAttributes;
  return endpoint ? { searchAttributes: { TunegateRun: [run], TunegateEndpoint: endpoint as string[] } } : {};
}
