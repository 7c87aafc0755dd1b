/** Whether an endpoint answers as its evaluation did. */
import type { TaskShape } from '../../contracts/artifact.ts';

export interface ServedAnswer {
  readonly row: string;
  readonly input: string;
  /** What the evaluation recorded. */
  readonly recorded: string;
  /** What the gateway answered now. */
  readonly served: string;
  /** Of the answer that was given now, where the model gives them. */
  readonly tokens: readonly ServedToken[];
}
export interface ServedToken {
  readonly token: string;
  readonly logprob: number;
  readonly top_logprobs: readonly { readonly token: string; readonly logprob: number }[];
}

export interface DifferingRow {
  readonly row: string;
  readonly input: string;
  readonly recorded: string;
  readonly served: string;
  /** By how much the served answer was ahead where the two part: a near tie has a small one. Null where the model gives no log-probabilities. */
  readonly gap: number | null;
}
export interface ServedComparison {
  readonly rows: number;
  readonly same: number;
  /** The share of rows that must be the same. */
  readonly required: number;
  readonly holds: boolean;
  readonly differing: readonly DifferingRow[];
}

/** Labels must be the same on every row. Free text and JSON are long chains of choices, in which one near tie turns all that follows. */
export const requiredShare: Readonly<Record<TaskShape['type'], number>> = { classification: 1, extraction: 0.98, generation: 0.98 };

export function compareServed(task: TaskShape['type'], answers: readonly ServedAnswer[]): ServedComparison {
  const differing = answers
    .filter(({ recorded, served }) => recorded !== served)
    .map(
      ({ tokens, ...row }): DifferingRow => ({
        ...row,
        gap: task === 'classification' ? labelGap(row.recorded, tokens) : textGap(row.recorded, tokens),
      }),
    );
  const same = answers.length - differing.length;
  const required = requiredShare[task];
  return { rows: answers.length, same, required, holds: answers.length > 0 && same >= required * answers.length, differing };
}

/** A scored answer is one entry: the label, and the labels behind it. */
function labelGap(recorded: string, [said]: readonly ServedToken[]): number | null {
  const other = said?.top_logprobs.find((t) => t.token === recorded);
  return said && other ? said.logprob - other.logprob : null;
}

/** At the first token that the recorded answer does not share. */
function textGap(recorded: string, tokens: readonly ServedToken[]): number | null {
  let before = '';
  for (const { token, logprob, top_logprobs } of tokens) {
    if (!recorded.startsWith(before + token)) {
      const others = top_logprobs.filter((t) => t.token !== token);
      const intended = others.find((t) => recorded.startsWith(before + t.token)) ?? others[0];
      return intended === undefined ? null : logprob - intended.logprob;
    }
    before += token;
  }
  return null;
}
