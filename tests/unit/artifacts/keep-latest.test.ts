import { expect, test } from 'vitest';
import { keepLatest } from '../../../db/keep-latest.ts';

function counted() {
  const loads: string[] = [];
  const load = (key: string) => async () => {
    loads.push(key);
    return key.toUpperCase();
  };
  return { loads, load };
}

test('what is asked for at once is loaded once, and what was asked for longest ago is loaded again', async () => {
  const { loads, load } = counted();
  const kept = keepLatest<string, string>(2);
  expect(await Promise.all([kept('a', load('a')), kept('a', load('a'))])).toEqual(['A', 'A']);
  for (const key of ['b', 'a', 'c', 'a', 'b']) await kept(key, load(key));
  expect(loads).toEqual(['a', 'b', 'c', 'b']);
});

test('a load that failed is forgotten', async () => {
  const kept = keepLatest<string, string>(2);
  await expect(kept('a', () => Promise.reject(new Error('not now')))).rejects.toThrow('not now');
  expect(await kept('a', async () => 'now')).toBe('now');
});
