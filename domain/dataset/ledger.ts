import type { DroppedCounts, Finding, FindingKind } from '../../contracts/run.ts';

/** Where a row stands in its file. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface Note {
  readonly at: Place;
  readonly field?: string | null;
  readonly other?: Place | null;
  readonly message: string;
  readonly remedy: string;
}

/** Keeps the books: every row that is dropped is counted once and named with its reason. */
export interface Ledger {
  readonly findings: Finding[];
  readonly dropped: Record<keyof DroppedCounts, number>;
  drop(kind: keyof DroppedCounts, note: Note): void;
  warn(kind: FindingKind, note: Note): void;
  redact(note: Note): void;
}

export function openLedger(): Ledger {
  const findings: Finding[] = [];
  const dropped = { duplicate: 0, nearDuplicate: 0, leak: 0, invalid: 0, pii: 0 };
  const write = (kind: FindingKind, action: Finding['action'], note: Note): void => {
    const other = note.other === undefined || note.other === null ? null : { file: note.other.file, line: note.other.line };
    findings.push({
      kind,
      file: note.at.file,
      line: note.at.line,
      field: note.field ?? null,
      other,
      action,
      message: note.message,
      remedy: note.remedy,
    });
  };
  return {
    findings,
    dropped,
    drop(kind, note) {
      dropped[kind]++;
      write(kind, 'dropped', note);
    },
    warn: (kind, note) => {
      write(kind, 'warned', note);
    },
    redact: (note) => {
      write('pii', 'redacted', note);
    },
  };
}
