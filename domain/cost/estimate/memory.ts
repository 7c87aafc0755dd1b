import type { BaseShape, MemoryFit, TrainingMachine } from '../../../contracts/estimate.ts';
import type { TrainingWork } from './works.ts';

export type TrainingSize = Pick<TrainingWork, 'method' | 'rank' | 'batchSize'> & {
  /** Tokens of the longest row, as training cuts it. */
  readonly longestRow: number;
  /** Of a row's tokens, those that are learnt: they have logits. */
  readonly answerShare: number;
};

const fp32 = 4;
const moments = 2 * fp32;
const gradient = fp32;
/** 4 bits and their scales (Dettmers et al., 2023). */
const quantised = 0.55;
/** Tokens that pass through the model at a time (`micro_tokens` of the trainer); a longer row passes alone. */
const tokensAtOnce = 4096;
/** Logits, their softmax and loss, and the gradients of these. */
const logitsKept = 5;
/** What is computed on the way back, over what was kept for it. */
const scratch = 1.15;
/** Python, PyTorch and its libraries. */
const runtime = 1024 * 1024 * 1024;

/**
 * Bytes that training needs at most at once: weights; AdamW's two moments and a gradient for each trained parameter, in fp32 (Loshchilov & Hutter, 2019);
 * what each layer keeps of the tokens that pass at a time for the way back; logits; and the runtime. docs/money.md holds it against measured jobs.
 */
export function memoryNeeded(
  { method, rank, batchSize, longestRow, answerShare }: TrainingSize,
  precision: TrainingMachine['precision'],
  base: BaseShape,
): number {
  const { parameters, layers, width, heads, keyValueWidth, feedForward, vocabulary } = base;
  const isFull = method === 'full';
  const element = precision === 'bf16' ? 2 : fp32;
  // A pair has two answers.
  const rows = batchSize * (method === 'dpo' ? 2 : 1);
  const tokens = Math.min(rows * longestRow, Math.max(tokensAtOnce, longestRow));
  // Full tuning keeps its weights in fp32, and computes with copies of them where that is not the precision.
  const weights = parameters * (isFull ? fp32 + (element < fp32 ? element : 0) : method === 'qlora' ? quantised : element);
  const adapter = layers * rank * (9 * width + 2 * keyValueWidth + 3 * feedForward);
  const trained = isFull ? parameters * (moments + gradient) : adapter * (fp32 + moments + gradient);
  // Per token and layer: the stream before each norm; both norms' results, queries, what attention gives; keys and values; gate, up and their product.
  const stream = 2 * width * (isFull ? fp32 : element);
  const products = (4 * width + 2 * keyValueWidth + 3 * feedForward) * element;
  const scores = heads * longestRow * element;
  const kept = layers * tokens * (stream + products + scores);
  const logits = tokens * answerShare * vocabulary * logitsKept * element;
  return Math.ceil(weights + trained + kept * scratch + logits + runtime);
}

export function memoryFit(label: string, name: string, size: TrainingSize, { memoryBytes, precision, base }: TrainingMachine): MemoryFit | null {
  if (!base) return null;
  const neededBytes = memoryNeeded(size, precision, base);
  return { label, base: name, neededBytes, availableBytes: memoryBytes, fits: memoryBytes === null ? null : neededBytes <= memoryBytes };
}
