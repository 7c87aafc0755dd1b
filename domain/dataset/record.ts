/** One record of a source file, before columns are mapped to a row. */
export interface SourceRecord {
  /** 1-based line of the record's first character. */
  readonly line: number;
  readonly values: Readonly<Record<string, unknown>>;
  /** Why the record cannot be used, where the file could be read on behind it. */
  readonly problem: { readonly message: string; readonly remedy: string; readonly blank: boolean } | null;
}

export interface RecordTable {
  /** In file order; for JSON every key that occurs. */
  readonly columns: readonly string[];
  readonly records: readonly SourceRecord[];
}
