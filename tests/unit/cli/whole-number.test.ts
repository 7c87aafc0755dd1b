import { expect, test } from 'vitest';
import { wholeNumber } from '../../../cli/console/whole-number.ts';

test('an option that counts takes whole numbers above zero and refuses all else by its name', () => {
  expect(wholeNumber('--limit', '20', 'runs')).toBe(20);
  for (const given of ['abc', '0', '-3', '1.5', '', 'Infinity'])
    expect(() => wholeNumber('--limit', given, 'runs')).toThrow(
      expect.objectContaining({ code: 'bad_spec', where: '--limit', message: `'${given}' is no number of runs` }),
    );
});
