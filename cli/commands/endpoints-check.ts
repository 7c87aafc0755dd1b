import { type Command, InvalidArgumentError } from 'commander';
import { compareServed, type ServedComparison } from '../../domain/endpoint/compare-served.ts';
import { clip } from '../../domain/report/wording.ts';
import { connect } from '../connect.ts';
import { writeText } from '../files/write-text.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish, say } from '../console/result.ts';
import { type Style, styleOf } from '../console/style.ts';
import { askRows } from '../served/ask-rows.ts';
import { recordedAnswers } from '../served/recorded-answers.ts';

interface Options extends CommonOptions {
  readonly rows?: number;
  readonly save?: string;
}

const shownLength = 160;
const progressEvery = 50;

export const endpointsCheckCommand = (): Command =>
  command('check', 'ask an endpoint every test row again and compare with what its evaluation recorded', [
    'npx tunegate endpoints check support-triage',
    'npx tunegate endpoints check support-triage --rows 50 --json',
  ])
    .argument('<endpoint>', 'the endpoint')
    .option('--rows <n>', 'only the first so many test rows', (text) => {
      if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('a whole number from 1');
      return Number(text);
    })
    .option('--save <file>', 'write each row as {"row", "input", "recorded", "served"}, one a line')
    .action((endpoint: string, _: Options, self: Command) => {
      // `endpoints` has options of the same names, and takes them first.
      const options = self.optsWithGlobals<Options>();
      return finish(async () => {
        const client = await connect();
        const recorded = await recordedAnswers(client, endpoint);
        const wanted = { ...recorded, rows: recorded.rows.slice(0, options.rows) };
        const gateway = { baseURL: new URL('/v1', client.connection.url).href, apiKey: client.connection.key, endpoint };
        const answers = await askRows(gateway, wanted, (done) => {
          if (done % progressEvery === 0) say(` ${done} of ${wanted.rows.length} rows asked`);
        });
        if (options.save) await writeText(options.save, answers.map(({ tokens: _, ...row }) => `${JSON.stringify(row)}\n`).join(''));
        const { run, arm, artifact } = recorded.champion;
        const compared = compareServed(recorded.task, answers);
        return {
          document: { endpoint, run, arm, artifact, ...compared },
          lines: linesOf(endpoint, arm, compared, styleOf(process.stdout)),
          exitCode: compared.holds ? 0 : 1,
        };
      }, options);
    });

function linesOf(endpoint: string, arm: string, { rows, same, required, holds, differing }: ServedComparison, style: Style): string[] {
  const mark = holds ? style.good('✓') : style.bad('✗');
  const asked = required === 1 ? 'all have to' : `${required * 100} % have to`;
  return [
    ` ${mark} ${endpoint} answers ${same} of ${rows} test rows as the evaluation of ${arm} recorded; ${asked}`,
    ...differing.flatMap((d) => [
      '',
      ` ${style.strong(d.row)}  ${clip(d.input.replace(/\s+/g, ' '), shownLength)}`,
      `     recorded: ${clip(d.recorded, shownLength)}`,
      `     served:   ${clip(d.served, shownLength)}`,
      `     ${style.dim(d.gap === null ? 'the model gives no log-probabilities' : `ahead by ${d.gap.toPrecision(2)} where they part`)}`,
    ]),
  ];
}
