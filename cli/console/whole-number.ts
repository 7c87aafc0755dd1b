import { TunegateError } from '../../contracts/errors.ts';

/** The number that an option such as `--limit` was given. @throws TunegateError `bad_spec` where it is no whole number above zero */
export function wholeNumber(option: string, given: string, of: string): number {
  const number = Number(given);
  if (Number.isInteger(number) && number > 0) return number;
  throw new TunegateError('bad_spec', `'${given}' is no number of ${of}`, { where: option, remedy: `write for example ${option} 20` });
}
