import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { createClient } from '../../../client/index.ts';
import { roles } from '../../../contracts/administration.ts';
import { serverUnderTest } from './server-under-test.ts';

describe('API keys', () => {
  // Identities count for the whole stack: what a test adds goes with it.
  afterEach(async () => {
    const { client } = await serverUnderTest();
    for (const key of await client.keys.list()) if (!key.isFirst && key.revokedAt === null) await client.keys.revoke(key.id);
  });

  test('the first one lies in a file that only its owner reads, and has every role', async () => {
    const { client } = await serverUnderTest();
    expect((await stat(join(inject('stack').home, 'api-key'))).mode & 0o777).toBe(0o600);
    expect((await client.keys.list()).find((k) => k.isFirst)?.roles).toEqual([...roles]);
  });

  test('are needed for everything but health, also on this machine', async () => {
    const { url } = await serverUnderTest();
    expect((await fetch(`${url}/health`)).status).toBe(200);
    for (const path of ['/api/runs', '/api/stack', '/api/keys', '/v1/models'])
      expect([path, (await fetch(`${url}${path}`)).status]).toEqual([path, 401]);
    await expect(createClient({ url, key: 'tg_0_wrong' }).runs.list()).rejects.toMatchObject({
      code: 'unauthorized',
      remedy: expect.stringContaining('keys create'),
    });
  });

  test('open what their roles open and nothing else', async () => {
    const { client, url } = await serverUnderTest();
    const viewer = createClient({ url, key: (await client.keys.create({ name: 'vera', roles: ['viewer'] })).key });
    expect(Array.isArray(await viewer.runs.list())).toBe(true);
    await expect(viewer.runs.cancel('latest', 'vera')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(viewer.keys.list()).rejects.toMatchObject({ code: 'forbidden' });
    const operator = createClient({ url, key: (await client.keys.create({ name: 'otto', roles: ['operator'] })).key });
    await expect(operator.runs.approve('latest', { by: 'otto' })).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('configure identities, and lose their force when they are revoked', async () => {
    const { client, url } = await serverUnderTest();
    expect((await client.stack()).identities).toBe(false);
    const made = await client.keys.create({ name: 'ada', roles: ['viewer', 'approver'] });
    expect((await client.stack()).identities).toBe(true);
    expect(JSON.stringify(await client.keys.list())).not.toContain(made.key);
    await client.keys.revoke(made.id);
    await expect(createClient({ url, key: made.key }).runs.list()).rejects.toMatchObject({ code: 'unauthorized' });
    expect((await client.stack()).identities).toBe(false);
  });
});
