import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { temporalOf } from '../../support/temporal-of.ts';
import { asked, tinyRows, tinySpec, uploadText } from '../../support/tiny-pipeline.ts';
import { until } from '../../support/until.ts';
import { serverUnderTest, smallRequest } from './server-under-test.ts';

test('a schedule is made from the spec, paused, resumed, triggered and deleted', async () => {
  const { client } = await serverUnderTest();
  const { spec, files } = await smallRequest(client, 'weekly');
  await expect(client.schedules.create({ spec, files, baseDir: null })).rejects.toMatchObject({ code: 'bad_spec', where: 'schedule' });
  const refused = [
    [{ cron: 'every full moon' }, 'schedule.cron'],
    [{ cron: '99 3 * * *' }, 'schedule.cron'],
    [{ cron: '0 3 * * 1', timezone: 'Mars/Olympus' }, 'schedule.timezone'],
  ] as const;
  for (const [schedule, where] of refused)
    await expect(client.schedules.create({ spec: { ...spec, schedule }, files, baseDir: null })).rejects.toMatchObject({ code: 'bad_spec', where });

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

test('a schedule fires by the clock on the source as it is then, and skips its turn while its run goes on', async () => {
  const { client } = await serverUnderTest();
  const folder = mkdtempSync(join(tmpdir(), 'tunegate-scheduled-'));
  const name = 'by-the-clock';
  try {
    const write = async (rows: number) => {
      const text = tinyRows(2, rows);
      writeFileSync(join(folder, 'train.csv'), text);
      return { ...(await uploadText(client, text)), origin: join(folder, 'train.csv') };
    };
    const files = { './train.csv': await write(12), './test.csv': await uploadText(client, tinyRows(7, 12)) };
    const spec = { ...tinySpec(name), schedule: { cron: '*/2 * * * * * *', overlap: 'skip' as const, catchup: '1m' } };
    await client.schedules.create({ spec, files, baseDir: folder });
    const runs = () => client.runs.list({ name });
    const [first] = await until('the clock has started a run', async () => {
      const list = await runs();
      return list.length > 0 && list;
    });
    const { decision, document } = await asked(client, first?.run ?? '');

    const temporal = await temporalOf(inject('stack'));
    const handle = temporal.schedule.getHandle(`tunegate/${name}`);
    await until('a turn was skipped', async () => (await handle.describe()).info.numActionsSkippedOverlap > 0);
    expect((await handle.describe()).policies.catchupWindow).toBe(60_000);
    expect(await runs()).toHaveLength(1);
    await temporal.connection.close();

    await write(16);
    await client.runs.approve(first?.run ?? '', { by: 'ada', artifact: decision?.artifact ?? null });
    expect((await client.runs.wait(first?.run ?? '')).outcome).toBe('deployed');
    const [second] = await until('the clock has started the next run', async () => {
      const list = await runs();
      return list.length > 1 && list;
    });
    const grown = await client.runs.wait(second?.run ?? '');
    const { train = 0, validation = 0, fresh = 0 } = grown.document.dataset?.rows ?? {};
    expect(train + validation + fresh).toBe(48);
    expect(document.dataset?.rows).toMatchObject({ train: 31, validation: 5 });
    expect(grown.outcome).toBe('declined');
  } finally {
    await client.schedules.delete(name).catch(() => undefined);
    for (const { run, state } of await client.runs.list({ name }))
      if (state !== 'ended') await client.runs.cancel(run, 'test').catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
});
