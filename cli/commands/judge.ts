import { Command } from 'commander';
import { userInfo } from 'node:os';
import type { JudgeDocument } from '../../contracts/judge.ts';
import { agreementText } from '../../domain/report/wording.ts';
import { connect } from '../connect.ts';
import { askGrade } from '../console/ask-grade.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish, say } from '../console/result.ts';
import { wholeNumber } from '../console/whole-number.ts';

interface LabelOptions extends CommonOptions {
  readonly as: string;
  readonly count: string;
}

const summary = ({ model, agreement, sample }: JudgeDocument): string[] => [
  ` judge ${model}`,
  ` ${agreementText(agreement)}.`,
  ...(sample.length > 0 ? [` ${sample.length} answers wait to be labelled: npx tunegate judge label`] : []),
];

const show = (): Command =>
  command('show', 'show who graded the answers, and how far people agree', ['npx tunegate judge show latest'])
    .argument('[run]', 'an id, the beginning of one, or latest', 'latest')
    .action((run: string, options: CommonOptions) =>
      finish(async () => {
        const document = await (await connect()).runs.judge(run);
        return { document, lines: summary(document) };
      }, options),
    );

const label = (): Command =>
  command('label', 'grade answers yourself, without seeing the grade of the judge', ['npx tunegate judge label latest --as ada --count 20'])
    .argument('[run]', 'an id, the beginning of one, or latest', 'latest')
    .option('--as <name>', 'whose grades they are', userInfo().username)
    .option('--count <n>', 'how many answers', '30')
    .action((run: string, options: LabelOptions) =>
      finish(async () => {
        const client = await connect();
        let document = await client.runs.judge(run, wholeNumber('--count', options.count, 'answers'));
        const { sample, rubric } = document;
        say(rubric);
        // Each grade is kept at once: who stops half-way has lost nothing.
        for (const [i, answer] of sample.entries()) {
          const grade = await askGrade(answer, `${i + 1} of ${sample.length}`);
          if (grade === null) break;
          const { judgement, row } = answer;
          document = await client.runs.labelAnswers(document.run, { by: options.as, labels: [{ judgement, row, grade }] });
        }
        return { document, lines: summary(document) };
      }, options),
    );

/** Whether a judge grades as people do: its sample is labelled here, and the agreement stands beside its grades from then on. */
export const judgeCommand = (): Command =>
  new Command('judge').description('compare the grades of a judge with your own').addCommand(show()).addCommand(label());
