import { getEventListeners, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LeakFreeOpenAI } from '../../../providers/openai-client.ts';

let server: Server;
let client: LeakFreeOpenAI;
beforeAll(async () => {
  // Answers lists at once, and never answers for one model.
  server = createServer((request, response) => {
    if (request.url?.endsWith('/never')) return;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ object: 'list', data: [] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new LeakFreeOpenAI({ baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, apiKey: 'x', maxRetries: 0 });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('the client under one long-lived signal', () => {
  test('leaves no listener behind, one request after the other or many at once', async () => {
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    for (let i = 0; i < 30; i += 1) await client.models.list({ signal });
    await Promise.all(Array.from({ length: 30 }, () => client.models.list({ signal })));
    await new Promise(setImmediate);
    process.off('warning', note);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(warnings.map((warning) => warning.name)).toEqual([]);
  });

  test('ends a request under way when the signal is aborted, and sends none when it was before', async () => {
    const controller = new AbortController();
    const waiting = client.models.retrieve('never', { signal: controller.signal });
    await once(server, 'request');
    controller.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
    await expect(client.models.list({ signal: controller.signal })).rejects.toThrow(/abort/i);
  });
});
