import { describe, expect, it } from 'vitest';
import { groupFindings } from '../../../domain/report/group-findings.ts';
import { isRightAnswer } from '../../../domain/report/right-answer.ts';
import { compareRows, findMistakes, sliceRows } from '../../../domain/report/row-evidence.ts';
import type { Finding } from '../../../contracts/run.ts';

const say = (answers: readonly (string | null)[], expected = 'a') => answers.map((answer, i) => ({ row: `t:${i}`, expected, answer }));

describe('what the rows say', () => {
  it('finds the first mistakes and counts all of them; an unusable answer is one', () => {
    expect(findMistakes('classification', say(['a', 'b', null, 'a', 'b']), 2)).toEqual({ kind: 'wrong', total: 3, places: [1, 2] });
  });

  it('calls free text neither right nor wrong', () => {
    expect(findMistakes('generation', say(['x', 'y', 'z']), 2)).toEqual({ kind: 'all', total: 3, places: [0, 1] });
    expect(isRightAnswer('generation', 'x', 'x')).toBeNull();
  });

  it('compares extracted fields as JSON, whatever the order of their keys', () => {
    expect(isRightAnswer('extraction', '{"a":1,"b":2}', '{ "b": 2, "a": 1 }')).toBe(true);
    expect(isRightAnswer('extraction', '{"a":1}', '{"a":2}')).toBe(false);
    expect(isRightAnswer('extraction', '{"a":1}', null)).toBe(false);
  });

  it('tells gains from losses and from other answers, and pairs rows by id', () => {
    const champion = say(['a', 'b', 'b', 'a']).toReversed();
    const candidate = say(['b', 'a', 'c', 'a']);
    expect(compareRows('classification', champion, candidate)).toEqual([
      { place: 0, verdict: 'loss' },
      { place: 1, verdict: 'gain' },
      { place: 2, verdict: 'other' },
    ]);
  });

  it('slices by a column, the most frequent value first', () => {
    const values = new Map([
      ['t:0', 'chat'],
      ['t:1', 'mail'],
      ['t:2', 'mail'],
      ['t:3', 'mail'],
    ]);
    const slice = sliceRows('classification', 'channel', values, [{ name: 'x', answers: say(['a', 'a', 'b', 'a']) }], 5);
    expect(slice.values.map((v) => [v.value, v.n, v.estimates[0]?.value])).toEqual([
      ['mail', 3, 2 / 3],
      ['chat', 1, 1],
    ]);
  });

  it('groups findings by kind and action, the largest group first', () => {
    const finding = (kind: Finding['kind'], line: number): Finding => ({
      kind,
      file: 'f',
      line,
      field: null,
      other: null,
      action: 'dropped',
      message: '',
      remedy: '',
    });
    const groups = groupFindings([finding('leak', 1), finding('duplicate', 2), finding('duplicate', 3)], 1);
    expect(groups.map((g) => [g.kind, g.count, g.shown.length])).toEqual([
      ['duplicate', 2, 1],
      ['leak', 1, 1],
    ]);
  });
});
