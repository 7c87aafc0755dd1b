/**
 * Whether a judge would grade itself: the same model, by whatever of its names and at whatever provider.
 *
 * @example isSameModel('HuggingFaceTB/SmolLM2-135M-Instruct', 'smollm2-135m-instruct') // true
 */
export const isSameModel = (judge: string, judged: string): boolean => plain(judge) === plain(judged);

const plain = (model: string): string => (model.split('/').at(-1) ?? model).toLowerCase();
