import type { TaskShape } from '../../contracts/artifact.ts';
import { writtenAnswer } from './written-answer.ts';

const normal = (text: string) => text.normalize('NFKC').trim().toLowerCase().replace(/\s+/g, ' ');

const bare = (text: string) => normal(text).replace(/^["'`]+|["'`.!]+$/g, '');

/**
 * What a model's text answers, in the form that the expected output has; `null` where it cannot be parsed.
 * A label counts only when the text is that label, or contains that label and no other.
 */
export function parseAnswer(task: TaskShape, text: string): string | null {
  switch (task.type) {
    case 'classification':
      return parseLabel(task.labels, text);
    case 'extraction':
      return parseJson(task, text);
    case 'generation':
      return text.trim() === '' ? null : text.trim();
  }
}

function parseLabel(labels: readonly string[], text: string): string | null {
  // Labels are scored word for word; some differ only in case, others stand in quotes or end in a full stop of their own.
  const trimmed = text.normalize('NFC').trim();
  if (labels.includes(trimmed)) return trimmed;
  const said = bare(text);
  const alike = labels.filter((label) => bare(label) === said);
  if (alike.length > 0) return alike.length === 1 ? (alike[0] ?? null) : null;
  const inside = labels.filter((label) => said.includes(normal(label)));
  const longest = inside.filter((label) => !inside.some((other) => other !== label && normal(other).includes(normal(label))));
  return longest.length === 1 ? (longest[0] ?? null) : null;
}

function parseJson(task: TaskShape, text: string): string | null {
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  if (start < 0 || end < start) return null;
  try {
    return writtenAnswer(task, text.slice(start, end + 1));
  } catch {
    return null;
  }
}
