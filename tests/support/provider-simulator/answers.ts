import { conversationsIn, type Turn } from './tokens.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[a-z]{3,}/g) ?? []);

/** A tuned model says what the training row says that shares most words with the question; a model without rows repeats the question. */
export function answerLike(trainingFile: Buffer | undefined, messages: readonly Turn[]): string {
  const question = messages.findLast((m) => m.role === 'user')?.content ?? '';
  if (!trainingFile) return question;
  const asked = words(question);
  const shared = (row: readonly Turn[]) => [...words(row.findLast((t) => t.role === 'user')?.content ?? '')].filter((w) => asked.has(w)).length;
  const best = conversationsIn(trainingFile).reduce<{ n: number; row: readonly Turn[] }>(
    (found, row) => (shared(row) > found.n ? { n: shared(row), row } : found),
    { n: -1, row: [] },
  );
  return best.row.at(-1)?.content ?? question;
}
