import { createServer, type Server } from 'node:net';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../db/database.ts';
import type { PartName } from '../../workers/stack/part.ts';
import { anyPort } from '../../workers/stack/ports.ts';
import { isAlive } from '../../workers/stack/processes.ts';
import { startStack } from '../../workers/stack/start.ts';
import { isPartAlive, readStack } from '../../workers/stack/state.ts';
import { stopStack } from '../../workers/stack/stop.ts';
import { type OwnStack, ownStack } from '../support/own-stack.ts';
import { testEnvironment } from '../support/test-environment.ts';
import { until } from '../support/until.ts';

const pidOf = (home: string, part: PartName) => readStack(home)?.parts[part]?.pid ?? 0;

async function kill(home: string, part: PartName): Promise<void> {
  process.kill(pidOf(home, part), 'SIGKILL');
  await until(`${part} is gone`, () => !isPartAlive(readStack(home), part));
}

describe('a stack whose processes are killed', () => {
  const parts: readonly PartName[] = ['postgres', 'temporal', 'trainer', 'server', 'worker'];
  let stack: OwnStack;
  beforeAll(async () => {
    stack = await ownStack(parts);
    await stack.start();
  });
  afterAll(() => stack?.end());

  it.each(parts)('brings back the %s alone, at the same address', async (part) => {
    const before = await stack.start();
    const pids = parts.map((name) => [name, pidOf(stack.home, name)] as const);
    await kill(stack.home, part);
    const after = await stack.start();
    expect(after.started).toEqual([part]);
    expect({ ...after, started: [] }).toEqual({ ...before, started: [] });
    for (const [name, pid] of pids) {
      if (name === part) expect(pidOf(stack.home, name)).not.toBe(pid);
      else expect(pidOf(stack.home, name)).toBe(pid);
    }
  });

  it('comes back whole with its data when everything was killed at once', async () => {
    const { databaseUrl } = await stack.start();
    const writer = openDatabase(databaseUrl, { max: 1 });
    await writer.pool.query("insert into audit_log (actor, action, subject, detail) values ('test', 'survive', 'x', '{}')");
    await writer.close();
    await Promise.all(parts.map((part) => kill(stack.home, part)));
    const after = await stack.start();
    expect([...after.started].sort()).toEqual([...parts].sort());
    const reader = openDatabase(after.databaseUrl, { max: 1 });
    const { rowCount } = await reader.pool.query("select 1 from audit_log where action = 'survive'");
    await reader.close();
    expect(rowCount).toBe(1);
  });

  it('starts nothing when it runs, and one of each when many start it at once', async () => {
    const starts = await Promise.all(Array.from({ length: 4 }, () => stack.start()));
    expect(starts.map((start) => start.started)).toEqual([[], [], [], []]);
  });
});

describe('a small stack', () => {
  const parts: readonly PartName[] = ['postgres', 'temporal'];
  let stack: OwnStack | null = null;
  let blocker: Server | null = null;
  afterEach(async () => {
    await stack?.end();
    blocker?.close();
    stack = blocker = null;
  });

  it('is started once by two callers at the same moment', async () => {
    stack = await ownStack(parts);
    const [first, second] = await Promise.all([stack.start(), stack.start()]);
    expect([...first.started, ...second.started].sort()).toEqual(['postgres', 'temporal']);
    expect(first.databaseUrl).toBe(second.databaseUrl);
  });

  it('leaves no process and no state behind when it is stopped, and may be stopped again', async () => {
    stack = await ownStack(parts);
    await stack.start();
    const records = Object.values(readStack(stack.home)?.parts ?? {});
    expect(records.filter(isAlive)).toHaveLength(2);
    expect(await stopStack(stack.home)).toEqual(['postgres', 'temporal']);
    expect(records.filter(isAlive)).toEqual([]);
    expect(readStack(stack.home)).toBeNull();
    expect(await stopStack(stack.home)).toEqual([]);
    expect(await stopStack(join(stack.home, 'never-existed'))).toEqual([]);
  });

  it('keeps its ports over a stop', async () => {
    stack = await ownStack(parts);
    const before = await stack.start();
    await stopStack(stack.home);
    const after = await stack.start();
    expect(after.databaseUrl).toBe(before.databaseUrl);
    expect(after.temporalAddress).toBe(before.temporalAddress);
  });

  it('takes another port where somebody else took its own', async () => {
    stack = await ownStack(['postgres']);
    const before = await stack.start();
    await stopStack(stack.home);
    const taken = Number(new URL(before.databaseUrl).port);
    blocker = await listenOn(taken);
    const after = await stack.start();
    expect(after.databaseUrl).not.toBe(before.databaseUrl);
  });

  it('ends a process that answers no more, and starts a new one', async () => {
    stack = await ownStack(['postgres']);
    await stack.start();
    const pid = pidOf(stack.home, 'postgres');
    process.kill(pid, 'SIGSTOP');
    const { started } = await stack.start();
    expect(started).toEqual(['postgres']);
    expect(pidOf(stack.home, 'postgres')).not.toBe(pid);
  });

  it('writes its state for the user alone', async () => {
    stack = await ownStack(['postgres']);
    await stack.start();
    const { mode } = statSync(join(stack.home, 'stack.json'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('leaves outside services to their owners', async () => {
    stack = await ownStack(['postgres']);
    const { databaseUrl } = await stack.start();
    const other = await ownStack(['postgres', 'temporal'], { DATABASE_URL: databaseUrl });
    const { started, databaseUrl: used } = await other.start();
    await other.end();
    expect(started).toEqual(['temporal']);
    expect(used).toBe(databaseUrl);
  });
});

describe('a port that was asked for', () => {
  it('is refused with the holder named when it is in use', async () => {
    const port = await anyPort();
    const blocker = await listenOn(port);
    const stack = await ownStack(['server']);
    const attempt = startStack({ home: stack.home, parts: ['server'], environment: testEnvironment({ TUNEGATE_PORT: String(port) }) });
    await expect(attempt).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringMatching(new RegExp(`${port} is in use`)),
      where: `TUNEGATE_PORT=${port}`,
    });
    blocker.close();
    await stack.end();
  });
});

describe('a part that cannot start', () => {
  it('is reported with the last lines of its log', async () => {
    const stack = await ownStack(['postgres']);
    writeFileSync(join(stack.home, 'postgres'), 'a file where the data folder should be');
    await expect(stack.start()).rejects.toMatchObject({
      code: 'database_unavailable',
      where: join(stack.home, 'logs', 'postgres.log'),
      message: expect.stringMatching(/is not a database/),
    });
    expect(existsSync(join(stack.home, 'logs', 'postgres.log'))).toBe(true);
    expect(readFileSync(join(stack.home, 'logs', 'postgres.log'), 'utf8')).toMatch(/is not a database/);
    await stack.end();
  });
});

function listenOn(port: number): Promise<Server> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => done(server));
  });
}
