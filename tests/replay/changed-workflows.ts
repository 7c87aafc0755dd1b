/** As if somebody had moved the gate before the dataset: what replay must catch. */
import { decideGate, planPipeline } from '../../workflows/proxies.ts';

export async function fineTunePipeline(input: Parameters<typeof planPipeline>[0]): Promise<void> {
  await planPipeline(input);
  await decideGate({ run: input.run } as Parameters<typeof decideGate>[0]);
}
