import { describe, expect, test } from 'vitest';
import { errorBodyOf, errorLines, exitCodeOf } from '../../../cli/console/errors.ts';
import { plain } from '../../../cli/console/style.ts';
import { exitCodeOfRun } from '../../../cli/run-exit.ts';
import { TunegateError } from '../../../contracts/errors.ts';

describe('errors at the terminal', () => {
  test('say what, where and what to do', () => {
    const error = new TunegateError('column_missing', "there is no column 'txt'", { where: 'messages.csv:1', remedy: "did you mean 'text'?" });
    expect(errorLines(error.body, plain, 80)).toEqual([
      " ✗       there is no column 'txt'",
      '  where  messages.csv:1',
      "     do  did you mean 'text'?",
    ]);
  });

  test('turn the codes of the system into words', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', path: '/data/x' });
    expect(errorBodyOf(full)).toMatchObject({ code: 'disk_full', where: '/data/x' });
    expect(errorBodyOf(Object.assign(new Error('EISDIR'), { code: 'EISDIR', path: '/data' }))).toMatchObject({
      code: 'file_unreadable',
      message: 'this is a folder, not a file',
    });
  });
});

describe('exit codes', () => {
  test('tell bad input from failure', () => {
    expect([
      exitCodeOf(new TunegateError('bad_spec', '').body),
      exitCodeOf(new TunegateError('internal', '').body),
      exitCodeOf(new TunegateError('cancelled', '').body),
    ]).toEqual([2, 1, 130]);
  });

  test('tell how a run ended', () => {
    const bad = new TunegateError('column_missing', '').body;
    const outcomes = (['deployed', 'declined', 'inconclusive', 'rejected', 'failed', 'cancelled'] as const).map((o) => exitCodeOfRun(o, null));
    expect(outcomes).toEqual([0, 0, 3, 4, 1, 130]);
    expect(exitCodeOfRun('failed', bad)).toBe(2);
  });
});
