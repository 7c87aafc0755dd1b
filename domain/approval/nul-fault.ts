/** Postgres stores U+0000 in no text: a message that holds one could be obeyed and never be recorded. Returns what is wrong, or `null`. */
export const nulFault = (message: unknown): string | null =>
  holdsNul(message) ? 'the message holds a NUL character (U+0000), which no record can hold' : null;

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  return typeof value === 'object' && value !== null && Object.entries(value).some(([key, inner]) => key.includes('\0') || holdsNul(inner));
}
