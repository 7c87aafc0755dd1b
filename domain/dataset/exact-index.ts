import { ChainedTable } from './chained-table.ts';
import { spread } from './shingles.ts';

/** Finds equal texts by a 32-bit hash and holds none of them: where hashes meet, the text is asked for again and compared. */
export class ExactIndex {
  private readonly table: ChainedTable;
  private readonly textOf: (id: number) => string;

  constructor(textOf: (id: number) => string, expected: number) {
    this.textOf = textOf;
    this.table = new ChainedTable(expected);
  }

  /** The id under which this text was added before; -1 where it was not, and then it is added under `id`. */
  findOrAdd(text: string, id: number): number {
    const hash = hashText(text);
    for (let entry = this.table.first(hash); entry >= 0; entry = this.table.next(entry)) {
      const other = this.table.valueOf(entry);
      if (this.textOf(other) === text) return other;
    }
    this.table.add(hash, id);
    return -1;
  }
}

/** FNV-1a over UTF-16 units, with its bits spread. */
function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return spread(h);
}
