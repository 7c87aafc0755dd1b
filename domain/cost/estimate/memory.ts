import type { MemoryFit } from '../../../contracts/estimate.ts';
import type { TrainingWork } from './works.ts';

/** A base as its configuration describes it. */
export interface BaseShape {
  readonly parameters: number;
  readonly layers: number;
  readonly width: number;
  readonly vocabulary: number;
}

const bytesOf = { weight: 4, state: 8, gradient: 4 } as const;
/** Tokens that pass through the model at a time (`micro_tokens` of the trainer). */
const tokensAtOnce = 4096;
/** Activations that one layer keeps for the way back, in units of width × 4 bytes: attention's four, the two norms', the feed-forward's at three to four times the width. */
const keptPerLayer = 18;
/** Python, torch, and the copy in which a state is written. */
const overhead = 700 * 1024 * 1024;
/** LoRA on all seven linear layers of a block: each adds rank × (in + out). */
const adapterShare = (shape: BaseShape, rank: number) => shape.layers * rank * shape.width * 22;

/**
 * What training needs at most at once: weights, the optimiser's two moments and a gradient for each trained parameter (AdamW in fp32: Loshchilov & Hutter,
 * 2019), the activations of the tokens that pass at a time, and the logits of a tenth of them, since only answers are scored.
 */
export function memoryNeeded(work: Pick<TrainingWork, 'method' | 'rank' | 'batchSize' | 'maxLength'>, shape: BaseShape): number {
  const trained = work.method === 'full' ? shape.parameters : adapterShare(shape, work.rank);
  const tokens = Math.min(tokensAtOnce, work.batchSize * work.maxLength);
  const activations = tokens * shape.layers * shape.width * keptPerLayer * 4;
  const logits = (tokens / 10) * shape.vocabulary * 4 * 2;
  const weights = shape.parameters * bytesOf.weight + (work.method === 'full' ? 0 : trained * bytesOf.weight);
  return Math.ceil(weights + trained * (bytesOf.state + bytesOf.gradient) + activations + logits + overhead);
}

export function memoryFit(work: TrainingWork, shape: BaseShape, availableBytes: number | null): MemoryFit {
  const neededBytes = memoryNeeded(work, shape);
  return { label: work.label, base: work.base, neededBytes, availableBytes, fits: availableBytes === null ? null : neededBytes <= availableBytes };
}
