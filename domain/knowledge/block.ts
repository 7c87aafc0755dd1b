/** A paragraph, list or table row of a document with the titles above it, in document order. */
export interface Block {
  readonly headings: readonly string[];
  readonly text: string;
  /** 1-based line in the file; the page for a PDF. */
  readonly line: number;
}

/** Titles that hold below a new heading of a level (1 to 6): those of higher levels stay, its own level and lower ones go. */
export function underHeading(
  open: readonly { readonly level: number; readonly title: string }[],
  level: number,
  title: string,
): { level: number; title: string }[] {
  return [...open.filter((heading) => heading.level < level), { level, title }];
}

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
