import type { RunReportExtras } from '../../contracts/api.ts';
import type { Prediction } from '../../contracts/rows.ts';
import type { ArtifactRef, Finding } from '../../contracts/run.ts';
import type { ArtifactStore } from '../../db/artifacts/store.ts';
import { keepLatest } from '../../db/keep-latest.ts';
import { compareFields } from '../../domain/evaluation/field-scores.ts';
import { fieldName } from '../../domain/evaluation/field-estimates.ts';
import type { Services } from '../services.ts';

const shown = 8;
const kept = 64;
const mostFindings = 500;
const mostFields = 40;

type Mistakes = Pick<RunReportExtras, 'labels' | 'confusions' | 'fields'>;
const mistakes = keepLatest<ArtifactRef, Mistakes>(kept);
const findingLists = keepLatest<ArtifactRef, readonly Finding[]>(kept);

/** What the terminal shows beside the document: the best arm's most frequent mistakes, and what was found in the data. */
export async function readExtras({ artifacts }: Services, predictions: ArtifactRef | null, findings: ArtifactRef | null): Promise<RunReportExtras> {
  const [counted, found] = await Promise.all([
    predictions === null ? { labels: [], confusions: [] } : mistakes(predictions, () => countMistakes(artifacts, predictions)),
    findings === null ? [] : findingLists(findings, () => artifacts.getJson<Finding[]>(findings).then((list) => list.slice(0, mostFindings))),
  ]);
  return { ...counted, findings: found };
}

function countFields(fields: Map<string, { field: string; wrong: number; rows: number }>, expected: string, answer: string | null): void {
  for (const [field, { falsePositives, falseNegatives }] of compareFields(expected, answer)) {
    const known = fields.get(field) ?? { wrong: 0, rows: 0 };
    fields.set(field, { field: fieldName(field), wrong: known.wrong + Number(falsePositives + falseNegatives > 0), rows: known.rows + 1 });
  }
}

/** Labels are those expected; free text that differs from row to row has no confusions worth a list. */
async function countMistakes(artifacts: ArtifactStore, ref: ArtifactRef): Promise<Mistakes> {
  const labels = new Set<string>();
  const pairs = new Map<string, { expected: string; answered: string; count: number }>();
  const fields = new Map<string, { field: string; wrong: number; rows: number }>();
  let rows = 0;
  for await (const { expected, answer } of artifacts.getLines<Prediction>(ref)) {
    rows++;
    labels.add(expected);
    if (expected.startsWith('{')) countFields(fields, expected, answer);
    if (answer === expected) continue;
    const answered = answer ?? '(unparseable)';
    const pair = pairs.get(JSON.stringify([expected, answered])) ?? { expected, answered, count: 0 };
    pairs.set(JSON.stringify([expected, answered]), { ...pair, count: pair.count + 1 });
  }
  if (labels.size > rows / 2) return { labels: [], confusions: [], fields: [...fields.values()].slice(0, mostFields) };
  return { labels: [...labels].sort(), confusions: [...pairs.values()].sort((a, b) => b.count - a.count).slice(0, shown) };
}
