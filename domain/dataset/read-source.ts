import { TunegateError } from '../../contracts/errors.ts';
import type { DatasetSpec } from '../../contracts/pipeline-spec.ts';
import { detectDelimiter, detectFormat } from './detect-format.ts';
import { readCsv } from './read-csv.ts';
import { readJson, readJsonLines } from './read-json.ts';
import type { RecordTable } from './record.ts';

/** A file of rows as text. `file` is the name that messages and row ids show. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  readonly role: 'source' | 'test';
}

/** More broken records than this share mean that the file is read in the wrong way, not that some rows are bad. */
const brokenShare = 0.1;

/**
 * Reads one file into records. Records that cannot be used are kept with their problem as long as they are few.
 *
 * @throws TunegateError `bad_row` at the first broken record where more than a tenth is broken, or where the rest of the file cannot be told; `not_supported`
 */
export function readSource({ file, text }: SourceText, format: DatasetSpec['format']): RecordTable {
  const table = readAs(detectFormat(file, text, format), text, file);
  const broken = table.records.filter((record) => record.problem !== null && !record.problem.blank);
  const [first] = broken;
  if (first?.problem && broken.length > table.records.length * brokenShare) {
    throw new TunegateError(
      'bad_row',
      `${file}, line ${first.line}: ${first.problem.message}${broken.length > 1 ? `; ${broken.length} of ${table.records.length} rows are broken` : ''}`,
      {
        where: `${file}:${first.line}`,
        remedy: first.problem.remedy,
      },
    );
  }
  return table;
}

function readAs(format: ReturnType<typeof detectFormat>, text: string, file: string): RecordTable {
  switch (format) {
    case 'csv':
      return readCsv(text, file, detectDelimiter(text));
    case 'tsv':
      return readCsv(text, file, '\t');
    case 'json':
      return readJson(text, file);
    case 'jsonl':
    case 'chat':
      return readJsonLines(text);
  }
}
