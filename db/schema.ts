/** What happened, as tables. Bytes stand in the artifact store; rows here hold references. Money is in micro-dollars. */
export * from './tables/runs.ts';
export * from './tables/dataset.ts';
export * from './tables/training.ts';
export * from './tables/evaluation.ts';
export * from './tables/gate.ts';
export * from './tables/deployment.ts';
export * from './tables/cost.ts';
export * from './tables/access.ts';
