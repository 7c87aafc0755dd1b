import type { ListedRows } from '../../domain/report/report-data.ts';
import { clip } from '../../domain/report/wording.ts';
import type { Style } from '../console/style.ts';

const inputLength = 200;
const answerLength = 120;
const unusable = '(unusable)';

/** One block per row: where it stands, what was asked, what was expected, and what each arm said. */
export function rowLines(listed: ListedRows, style: Style): string[] {
  if (listed.arm === null) return [' no arm has answered the test rows yet'];
  const blocks =
    listed.which === 'wrong'
      ? listed.rows.map(({ row, input, expected, said }) => [
          ...question(row, input, expected, style),
          ...said.map(
            ({ arm, answer, right, score }) => `     ${mark(right, style)} ${arm}${scoreOf(score)}: ${clip(answer ?? unusable, answerLength)}`,
          ),
        ])
      : listed.rows.map(({ row, input, expected, champion, candidate, verdict }) => [
          ...question(row, input, expected, style),
          `     champion: ${clip(champion ?? unusable, answerLength)}`,
          `     ${listed.arm}: ${clip(candidate ?? unusable, answerLength)} (${verdict})`,
        ]);
  return [headOf(listed), ...blocks.flatMap((block) => ['', ...block])];
}

function headOf(listed: ListedRows): string {
  const { which, total, n, arm } = listed;
  if (which === 'changed') return ` ${total} of ${n} test rows changed against the champion (${arm})`;
  return listed.kind === 'all'
    ? ` free text is neither right nor wrong: all ${n} test rows, the lowest score of ${arm} first`
    : ` ${total} of ${n} test rows are wrong (${arm})`;
}

const scoreOf = (score: number | null | undefined): string => (score === null || score === undefined ? '' : ` ${score.toFixed(2)}`);

const question = (row: string, input: string, expected: string, style: Style): string[] => [
  ` ${style.strong(row)}  ${clip(input.replace(/\s+/g, ' '), inputLength)}`,
  `     expected: ${clip(expected, answerLength)}`,
];

const mark = (right: boolean | null, style: Style): string => (right === null ? '·' : right ? style.good('✓') : style.bad('✗'));
