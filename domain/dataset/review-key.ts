import type { Row } from '../../contracts/rows.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { refOf } from '../hash.ts';

/** By what a person's word on a synthetic row is kept: its content, wherever the row stands next time. */
export const reviewKey = ({ input, output }: Pick<Row, 'input' | 'output'>): ArtifactRef => refOf({ input, output });
