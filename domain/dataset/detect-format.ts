import { TunegateError } from '../../contracts/errors.ts';
import type { DatasetSpec } from '../../contracts/pipeline-spec.ts';

export type TextFormat = 'csv' | 'tsv' | 'json' | 'jsonl' | 'chat';

const byExtension: Readonly<Record<string, TextFormat>> = { csv: 'csv', tsv: 'tsv', tab: 'tsv', jsonl: 'jsonl', ndjson: 'jsonl', json: 'json' };

/** The format that a file is read as: the one named in the spec, else the extension's, else what the content looks like. */
export function detectFormat(file: string, text: string, asked: DatasetSpec['format']): TextFormat {
  const extension = /\.([a-z0-9]+)$/i.exec(file)?.[1]?.toLowerCase() ?? '';
  if (asked === 'parquet' || (asked === 'auto' && (extension === 'parquet' || text.startsWith('PAR1')))) {
    throw new TunegateError('not_supported', `${file} is not a Parquet file that can be read`, {
      where: file,
      remedy: 'name it with the ending of what it is, or set dataset.format',
    });
  }
  if (asked !== 'auto') return asked;
  const known = byExtension[extension];
  if (known === 'json' || known === undefined) {
    const start = text.trimStart();
    if (start.startsWith('[')) return 'json';
    if (start.startsWith('{')) return /^\{[^\n]*\}[ \t]*\r?\n\s*\{/.test(start) || known === undefined ? 'jsonl' : 'json';
  }
  return known ?? 'csv';
}

/** The separator of a CSV file: the one that stands most often in its header. Spreadsheets in much of Europe write semicolons. */
export function detectDelimiter(text: string): string {
  const header =
    text
      .slice(0, 65_536)
      .split(/\r\n|\n|\r/, 1)[0]
      ?.replace(/"[^"]*"/g, '') ?? '';
  let best = ',';
  for (const delimiter of [';', '\t', '|']) {
    if (header.split(delimiter).length > header.split(best).length) best = delimiter;
  }
  return best;
}
