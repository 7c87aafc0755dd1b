/** The bundle's entry: every workflow type, by name. */
export { endpoint } from './endpoint.ts';
export { fineTunePipeline } from './fine-tune-pipeline.ts';
export { monitorEndpoint } from './monitor-endpoint.ts';
export { scheduledRun } from './scheduled-run.ts';
export { trainCandidate } from './train-candidate.ts';
