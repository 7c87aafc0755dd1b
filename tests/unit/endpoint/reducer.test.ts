import { expect, test } from 'vitest';
import { abortCanary, emptyEndpoint, promote, rollback, startCanary, type Version } from '../../../domain/endpoint/reducer.ts';

const version = (artifact: string): Version => ({ arm: artifact, artifact, run: 'r', approvedBy: 'ada', since: '2026-01-01T00:00:00Z' });

test('the champion before stays at hand for a rollback, and a second rollback undoes the first', () => {
  const two = promote(promote(emptyEndpoint, version('a')), version('b'));
  expect(two).toMatchObject({ champion: { artifact: 'b' }, previous: { artifact: 'a' }, revision: 2 });
  const back = rollback(two, 'now');
  expect(back).toMatchObject({ champion: { artifact: 'a', since: 'now' }, previous: { artifact: 'b' } });
  expect(rollback(back, 'later')).toMatchObject({ champion: { artifact: 'b' } });
});

test('promoting the champion again changes nothing, so the previous version is not lost', () => {
  const two = promote(promote(emptyEndpoint, version('a')), version('b'));
  expect(promote(two, version('b'))).toBe(two);
});

test('a rollback without a previous version changes nothing', () => {
  const one = promote(emptyEndpoint, version('a'));
  expect(rollback(one, 'now')).toBe(one);
});

test('a canary that ends leaves the champion as it was, or takes its place', () => {
  const trial = startCanary(promote(emptyEndpoint, version('a')), version('b'), 0.1);
  expect(abortCanary(trial)).toMatchObject({ champion: { artifact: 'a' }, canary: null, revision: 3 });
  expect(promote(trial, version('b'))).toMatchObject({ champion: { artifact: 'b' }, previous: { artifact: 'a' }, canary: null });
});
