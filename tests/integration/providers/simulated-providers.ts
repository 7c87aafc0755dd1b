import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stack } from '../../../workers/stack/start.ts';
import { partNames } from '../../../workers/stack/part.ts';
import { type OwnStack, ownStack } from '../../support/own-stack.ts';
import type { SimulatedPrices } from '../../support/provider-simulator/bill.ts';
import { type Simulator, startSimulator } from '../../support/provider-simulator/server.ts';

/** High enough that a row more or less shows in cents. */
const simulated: SimulatedPrices = { training: 480, input: 200, output: 600, batchShare: 0.5, hour: 3.99 };

const bases = { openai: 'gpt-4o-mini-2024-07-18', together: 'Qwen/Qwen2.5-7B-Instruct', compatible: 'house-model' } as const;

/** When a base at Together answers no more, by the user's own file. */
export const retirementDay = '2050-12-31';

/** A user's own file of prices, with the prices that the simulated services bill by. */
const pricesFile = Object.entries(bases)
  .map(([provider, base]) =>
    [
      `- provider: ${provider}`,
      `  base: ${base}`,
      '  prices:',
      '    - from: "2026-01-01"',
      `      training: { default: { rule: per-trained-token, usdPerMillion: "${simulated.training}"${provider === 'together' ? ', evaluations: 1' : ''} } }`,
      `      inference: { usdPerMillionInput: "${simulated.input}", usdPerMillionOutput: "${simulated.output}", batchDiscount: "${simulated.batchShare}" }`,
      ...(provider === 'together'
        ? [`      hosting: { usdPerHour: "${simulated.hour}" }`, `  retirement: { shutdown: "${retirementDay}", asOf: "2026-11-27" }`]
        : []),
    ].join('\n'),
  )
  .join('\n');

export interface SimulatedProviders {
  readonly own: OwnStack;
  readonly stack: Stack;
  readonly bases: typeof bases;
  readonly openai: Simulator;
  readonly together: Simulator;
  readonly compatible: Simulator;
  readonly end: () => Promise<void>;
}

/** A whole stack whose hosted providers are simulated: real servers, at addresses of their own. */
export async function startWithSimulatedProviders(): Promise<SimulatedProviders> {
  const openai = await startSimulator('openai', simulated);
  const together = await startSimulator('together', simulated);
  const compatible = await startSimulator('openai', simulated);
  const own = await ownStack(partNames, {
    OPENAI_API_KEY: 'k',
    OPENAI_BASE_URL: `${openai.url}/v1`,
    TOGETHER_API_KEY: 'k',
    TOGETHER_BASE_URL: `${together.url}/v1`,
    COMPATIBLE_API_KEY: 'k',
    COMPATIBLE_BASE_URL: `${compatible.url}/v1`,
    COMPATIBLE_LISTING_LAG: '1',
  });
  await writeFile(join(own.home, 'prices.yaml'), pricesFile);
  const stack = await own.start();
  const end = async () => {
    await own.end();
    await Promise.all([openai, together, compatible].map((simulator) => simulator.close()));
  };
  return { own, stack, bases, openai, together, compatible, end };
}
