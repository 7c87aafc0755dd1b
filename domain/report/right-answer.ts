import type { TaskShape } from '../../contracts/artifact.ts';
import { canonicalJson } from '../hash.ts';

/** Whether an answer is the expected one; null where answers are not simply right or wrong, as free text. */
export function isRightAnswer(task: TaskShape['type'], expected: string, answer: string | null): boolean | null {
  switch (task) {
    case 'generation':
      return null;
    case 'classification':
      return answer === expected;
    case 'extraction':
      return answer !== null && sameJson(expected, answer);
  }
}

function sameJson(a: string, b: string): boolean {
  try {
    return canonicalJson(JSON.parse(a)) === canonicalJson(JSON.parse(b));
  } catch {
    return a === b;
  }
}
