/** F1 over the fields of JSON answers. */
import { countItems } from './counted.ts';

export interface FieldCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

/**
 * The leaves of a JSON text as `path = value`, or null where the text is no JSON.
 * Canonical: strings in NFC with single spaces and none at the ends, numbers by value, objects without order, `null` and absent alike,
 * the elements of an array without order, each as one leaf.
 */
export function fieldsOf(text: string): string[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return leaves(value, '');
}

/** Per field path, how the answer's values compare with the expected ones. An answer that is no JSON has no fields. */
export function compareFields(expected: string, answer: string | null): Map<string, FieldCounts> {
  const right = countItems(fieldsOf(expected) ?? []);
  const said = countItems((answer === null ? null : fieldsOf(answer)) ?? []);
  const byPath = new Map<string, FieldCounts>();
  for (const leaf of new Set([...right.keys(), ...said.keys()])) {
    const path = leaf.slice(0, leaf.indexOf('='));
    const [asked, given] = [right.get(leaf) ?? 0, said.get(leaf) ?? 0];
    const known = byPath.get(path) ?? { truePositives: 0, falsePositives: 0, falseNegatives: 0 };
    const hits = Math.min(asked, given);
    byPath.set(path, {
      truePositives: known.truePositives + hits,
      falsePositives: known.falsePositives + given - hits,
      falseNegatives: known.falseNegatives + asked - hits,
    });
  }
  return byPath;
}

/** Counts summed. */
export function addCounts(counts: Iterable<FieldCounts>): FieldCounts {
  let [truePositives, falsePositives, falseNegatives] = [0, 0, 0];
  for (const part of counts) {
    truePositives += part.truePositives;
    falsePositives += part.falsePositives;
    falseNegatives += part.falseNegatives;
  }
  return { truePositives, falsePositives, falseNegatives };
}

function leaves(value: unknown, path: string): string[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.map((element) => `${path}[]=${canonical(element)}`);
  if (typeof value === 'object') return Object.entries(value).flatMap(([key, part]) => leaves(part, `${path}/${encodeURIComponent(key)}`));
  return [`${path}=${canonical(value)}`];
}

function canonical(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.normalize('NFC').trim().replace(/\s+/g, ' '));
  if (Array.isArray(value)) return `[${value.map(canonical).toSorted().join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value)
      .filter(([, part]) => part !== null)
      .map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`);
    return `{${parts.toSorted().join(',')}}`;
  }
  return JSON.stringify(value);
}
