import { isMap, isPair, isScalar, isSeq } from 'yaml';
import type { Document, LineCounter, ParsedNode } from 'yaml';

/** A path in the file, as zod writes it. */
export type Path = readonly PropertyKey[];

/** Tells `file:line (path)`; `key` asks for the line of the key itself where the value is on another one. */
export type Locate = (path: Path, key?: string) => string;

/** Ends the check with the rule that is broken at a path, and what to do. */
export type Refuse = (path: Path, message: string, remedy: string) => never;

/** Missing keys are located at their parent, since that is where they must be written. */
export function locator(document: Document.Parsed<ParsedNode>, lines: LineCounter, fileName: string): Locate {
  return (path, key) => {
    const full = key === undefined ? path : [...path, key];
    const line = lines.linePos(offsetOf(document.contents, full)).line;
    return full.length === 0 ? `${fileName}:${line}` : `${fileName}:${line} (${showPath(full)})`;
  };
}

/** @example showPath(['candidates', 'tuned', 0, 'base']) // 'candidates.tuned[0].base' */
export function showPath(path: Path): string {
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`)).join('');
}

function offsetOf(root: ParsedNode | null, path: Path): number {
  let node: unknown = root;
  let offset = rangeStart(root) ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part));
      if (pair === undefined) return offset;
      offset = rangeStart(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      offset = rangeStart(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function rangeStart(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node)) return null;
  const range = node.range;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : null;
}
