import { expect, test } from 'vitest';
import { perUtcDay } from '../../../domain/cost/per-utc-day.ts';

const at = (text: string) => new Date(text);

test('time over midnight is split at midnight UTC, and the parts add up', () => {
  const days = perUtcDay(at('2026-11-22T23:00:00Z'), at('2026-11-24T01:30:00Z'));
  expect(days.map((d) => [d.day, d.ms / 3_600_000])).toEqual([
    ['2026-11-22', 1],
    ['2026-11-23', 24],
    ['2026-11-24', 1.5],
  ]);
});

test('no time has no days', () => {
  expect(perUtcDay(at('2026-11-22T00:00:00Z'), at('2026-11-22T00:00:00Z'))).toEqual([]);
});
