import { expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { serverUnderTest, smallRequest } from './server-under-test.ts';

test('a schedule is made from the spec, paused, resumed, triggered and deleted', async () => {
  const { client } = await serverUnderTest();
  const { spec, files } = await smallRequest(client, 'weekly');
  await expect(client.schedules.create({ spec, files, baseDir: null })).rejects.toMatchObject({ code: 'bad_spec', where: 'schedule' });
  await expect(client.schedules.create({ spec: { ...spec, schedule: { cron: 'every full moon' } }, files, baseDir: null })).rejects.toMatchObject({
    code: 'bad_spec',
    where: 'schedule.cron',
  });

  const request = {
    spec: { ...spec, schedule: { cron: '0 3 * * 1', timezone: 'Europe/Berlin', overlap: 'buffer-one' as const } },
    files,
    baseDir: null,
  };
  expect(await client.schedules.create(request)).toMatchObject({
    schedule: 'weekly',
    cron: '0 3 * * 1',
    timezone: 'Europe/Berlin',
    overlap: 'buffer-one',
    paused: false,
  });
  await expect(client.schedules.create(request)).rejects.toMatchObject({ code: 'conflict' });

  const scheduled = async () => (await client.schedules.list()).find((s) => s.schedule === 'weekly');
  await client.schedules.pause('weekly');
  expect((await scheduled())?.paused).toBe(true);
  await client.schedules.resume('weekly');
  expect((await scheduled())?.paused).toBe(false);

  await client.schedules.trigger('weekly');
  const [run] = await until('the schedule has started a run', async () => {
    const runs = await client.runs.list({ name: 'weekly' });
    return runs.length > 0 && runs;
  });
  await client.runs.cancel(run?.run ?? '', 'test');
  expect((await client.runs.wait(run?.run ?? '')).outcome).toBe('cancelled');
  await client.schedules.delete('weekly');
  await expect(client.schedules.pause('weekly')).rejects.toMatchObject({ code: 'not_found' });
});
