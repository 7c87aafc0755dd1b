/** The keys of a candidate that steer how its rows are trained on, as the trainer takes them. */
import { TunegateError } from '../../contracts/errors.ts';
import type { TunedSpec } from '../../contracts/pipeline-spec.ts';
import type { Row } from '../../contracts/rows.ts';

export const controlNames = ['startFrom', 'curriculum', 'mixture', 'replay', 'frozenLayers', 'earlyStopping'] as const;

/** Those that a candidate sets, among its other hyperparameters; a curriculum by a column reaches the trainer as each row's difficulty. */
export function controlsOf(tuned: TunedSpec): Readonly<Record<string, unknown>> {
  const { frozenLayers, earlyStopping, replay, mixture, curriculum } = tuned;
  return {
    ...(frozenLayers ? { frozenLayers } : {}),
    ...(earlyStopping ? { earlyStopping } : {}),
    ...(replay ? { replay } : {}),
    ...(mixture ? { mixture } : {}),
    ...(curriculum ? { curriculum: curriculum === 'length' ? 'length' : 'difficulty' } : {}),
  };
}

/** What a training line says of its row: its task, which is its file's name, and how difficult it is. */
export interface RowMarks {
  readonly task?: string;
  readonly difficulty?: number;
}

const syntheticTask = 'synthetic';

/** @throws TunegateError `bad_row` where the column of a curriculum holds no number */
export function marksOf(row: Pick<Row, 'id' | 'file' | 'columns' | 'origin'>, { mixture, curriculum }: TunedSpec): RowMarks {
  return {
    ...(mixture ? { task: row.origin === null ? taskOf(row.file) : syntheticTask } : {}),
    ...(curriculum && curriculum !== 'length' ? { difficulty: difficultyOf(row, curriculum) } : {}),
  };
}

/** `chats/billing.csv` → `billing`. */
const taskOf = (file: string): string => (file.split('/').at(-1) ?? file).replace(/\.[^.]+$/, '');

function difficultyOf(row: Pick<Row, 'id' | 'columns' | 'origin'>, column: string): number {
  const text = row.columns[column]?.trim() ?? '';
  // A synthetic row has no such column; it goes with the easy ones.
  if (text === '' && row.origin !== null) return 0;
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  throw new TunegateError('bad_row', `'${text}' in column '${column}' is no number, and the curriculum sorts by it`, {
    where: row.id,
    remedy: 'write a number there, or curriculum: length',
  });
}
