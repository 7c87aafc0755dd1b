import type { ListedRows } from '../../domain/report/report-data.ts';
import { clip } from '../../domain/report/wording.ts';
import type { Style } from '../console/style.ts';

const inputLength = 200;
const answerLength = 120;
const unusable = '(unusable)';

/** One block per row: where it stands, what was asked, what was expected, and what each arm said. */
export function rowLines(listed: ListedRows, style: Style): string[] {
  if (listed.arm === null) return [' no arm has answered the test rows yet'];
  const head =
    listed.which === 'wrong'
      ? ` ${listed.total} of ${listed.n} test rows are wrong (${listed.arm})`
      : ` ${listed.total} of ${listed.n} test rows changed against the champion (${listed.arm})`;
  const blocks =
    listed.which === 'wrong'
      ? listed.rows.map(({ row, input, expected, said }) => [
          ...question(row, input, expected, style),
          ...said.map(({ arm, answer, right }) => `     ${mark(right, style)} ${arm}: ${clip(answer ?? unusable, answerLength)}`),
        ])
      : listed.rows.map(({ row, input, expected, champion, candidate, verdict }) => [
          ...question(row, input, expected, style),
          `     champion: ${clip(champion ?? unusable, answerLength)}`,
          `     ${listed.arm}: ${clip(candidate ?? unusable, answerLength)} (${verdict})`,
        ]);
  return [head, ...blocks.flatMap((block) => ['', ...block])];
}

const question = (row: string, input: string, expected: string, style: Style): string[] => [
  ` ${style.strong(row)}  ${clip(input.replace(/\s+/g, ' '), inputLength)}`,
  `     expected: ${clip(expected, answerLength)}`,
];

const mark = (right: boolean | null, style: Style): string => (right === null ? '·' : right ? style.good('✓') : style.bad('✗'));
