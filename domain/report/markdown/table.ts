/** GitHub's tables: a cell is one line, and what would end it or begin markup is written as itself. */
export function cell(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>|#~&@]/g, (c) => `&#${c.charCodeAt(0)};`);
}

export interface MarkdownColumn<T> {
  readonly head: string;
  readonly cell: (row: T) => string;
  readonly isNumber?: boolean;
}

export function markdownTable<T>(columns: readonly MarkdownColumn<T>[], rows: readonly T[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map((c) => c.head)),
    line(columns.map((c) => (c.isNumber ? '--:' : ':--'))),
    ...rows.map((row) => line(columns.map((c) => cell(c.cell(row)) || '–'))),
  ].join('\n');
}
