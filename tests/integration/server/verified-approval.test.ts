import { expect, test } from 'vitest';
import { createClient } from '../../../client/index.ts';
import { serverUnderTest, smallRequest } from './server-under-test.ts';

test('once identities are configured, an approval counts only from a key with the role and the name, and is recorded as verified', async () => {
  const { client, url } = await serverUnderTest();
  const ada = await client.keys.create({ name: 'ada', roles: ['viewer', 'approver'] });
  try {
    const { run } = await client.runs.start(await smallRequest(client, 'verified'));
    const { decision } = await client.runs.wait(run, { until: (s) => s.decision !== null });
    const byAda = createClient({ url, key: ada.key });
    await expect(byAda.runs.approve(run, { by: 'bob', artifact: decision?.artifact ?? null })).rejects.toMatchObject({
      code: 'conflict',
      message: 'the key belongs to ada, not to bob',
    });
    expect(await byAda.runs.approve(run, { by: 'ada', artifact: decision?.artifact ?? null })).toMatchObject({ counted: true });
    expect((await client.runs.wait(run)).document).toMatchObject({ outcome: 'deployed', approval: { by: 'ada', verified: true } });
  } finally {
    await client.keys.revoke(ada.id);
  }
});
