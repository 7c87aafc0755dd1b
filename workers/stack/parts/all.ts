import type { Part, PartName } from '../part.ts';
import { postgresPart } from './postgres.ts';
import { serverPart } from './server.ts';
import { temporalPart } from './temporal.ts';
import { trainerPart } from './trainer.ts';
import { workerPart } from './worker.ts';

export const parts: Readonly<Record<PartName, Part>> = {
  postgres: postgresPart,
  temporal: temporalPart,
  trainer: trainerPart,
  server: serverPart,
  worker: workerPart,
};
