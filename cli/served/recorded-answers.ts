/** What the evaluation of an endpoint's champion recorded, row by row, read back from the artifact store. */
import type { Client } from '../../client/index.ts';
import type { Artifact, TaskShape } from '../../contracts/artifact.ts';
import type { EndpointVersion } from '../../contracts/api.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { Prediction, Row } from '../../contracts/rows.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import type { ReportData } from '../../domain/report/report-data.ts';

export interface RecordedAnswers {
  readonly champion: EndpointVersion;
  readonly task: TaskShape['type'];
  readonly rows: readonly { readonly row: string; readonly input: string; readonly recorded: string }[];
}

/** The answers to the test rows of the run that deployed what the endpoint serves now. Rows that the evaluation got no answer to are left out. */
export async function recordedAnswers(client: Client, endpoint: string): Promise<RecordedAnswers> {
  const champion = (await client.endpoints.list()).find((e) => e.endpoint === endpoint)?.champion;
  if (!champion)
    throw new TunegateError('not_found', `no endpoint '${endpoint}' serves a version`, {
      where: endpoint,
      remedy: '`tunegate endpoints` lists those that do',
    });
  const { task } = JSON.parse(await textOf(client, champion.artifact)) as Artifact;
  const { lineage } = JSON.parse(await client.runs.report(champion.run, 'json')) as ReportData;
  const predictions = lineage.arms.find((arm) => arm.artifact === champion.artifact)?.predictions;
  if (!lineage.test || !predictions)
    throw new TunegateError('artifact_missing', `run ${champion.run} has no answers of ${champion.arm} to test rows`, {
      where: champion.run,
      remedy: 'check an endpoint whose run has evaluated what it deployed',
    });
  const inputs = new Map((await linesOf<Row>(client, lineage.test)).map((row) => [row.id, row.input]));
  const rows = (await linesOf<Prediction>(client, predictions))
    .filter((p) => p.error === null)
    .map((p) => ({ row: p.row, input: inputs.get(p.row) ?? '', recorded: p.answer ?? p.raw }));
  return { champion, task: task.type, rows };
}

const textOf = async (client: Client, ref: ArtifactRef): Promise<string> => new TextDecoder().decode(await client.artifacts.get(ref));

const linesOf = async <T>(client: Client, ref: ArtifactRef): Promise<T[]> =>
  (await textOf(client, ref))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
