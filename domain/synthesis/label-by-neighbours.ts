/** A labeller that has nothing of the teacher's: real training rows near a text vote for its label. */

export interface LabelledVector {
  readonly row: string;
  readonly label: string;
  readonly vector: readonly number[];
}
export interface Labelling {
  readonly label: string /** Share of the votes, from 0 to 1. */;
  readonly share: number;
}

const neighbours = 9;

/** k nearest neighbours by cosine of unit vectors, votes weighted by similarity. `except` is a row that may not vote: a paraphrase's seed would agree with itself. */
export function labelByNeighbours(vector: readonly number[], rows: readonly LabelledVector[], except: string | null): Labelling | null {
  const near = rows
    .filter((row) => row.row !== except)
    .map((row) => ({ label: row.label, similarity: Math.max(0, dot(vector, row.vector)) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, neighbours);
  const votes = new Map<string, number>();
  for (const { label, similarity } of near) votes.set(label, (votes.get(label) ?? 0) + similarity);
  const total = [...votes.values()].reduce((sum, v) => sum + v, 0);
  const [best] = [...votes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return best && total > 0 ? { label: best[0], share: best[1] / total } : null;
}

/** For each label the one whose mean vector is nearest: where rows near the boundary are worth most. */
export function confusableLabels(rows: readonly LabelledVector[]): Map<string, string> {
  const means = new Map<string, number[]>();
  for (const { label, vector } of rows) {
    const mean = means.get(label) ?? vector.map(() => 0);
    means.set(
      label,
      mean.map((x, i) => x + (vector[i] ?? 0)),
    );
  }
  const unit = [...means].map(([label, sum]) => ({ label, mean: scaled(sum) })).sort((a, b) => (a.label < b.label ? -1 : 1));
  return new Map(
    unit.flatMap(({ label, mean }) => {
      const [nearest] = unit.filter((other) => other.label !== label).sort((a, b) => dot(mean, b.mean) - dot(mean, a.mean));
      return nearest ? [[label, nearest.label] as const] : [];
    }),
  );
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
function scaled(v: readonly number[]): number[] {
  const length = Math.sqrt(dot(v, v)) || 1;
  return v.map((x) => x / length);
}
