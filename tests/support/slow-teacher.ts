import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface SlowTeacher {
  readonly url: string;
  /** How often each request was asked, by its seed. */
  readonly asked: ReadonlyMap<number, number>;
  readonly close: () => Promise<void>;
}

interface Asked {
  readonly seed: number;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** A model service of the OpenAI shape that takes its time and counts. @param write the fields of the answer to a request */
export async function startSlowTeacher(delayMs: number, write: (asked: Asked) => Readonly<Record<string, string>>): Promise<SlowTeacher> {
  const asked = new Map<number, number>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const wanted = JSON.parse(body) as Asked;
    asked.set(wanted.seed, (asked.get(wanted.seed) ?? 0) + 1);
    await delay(delayMs);
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        id: `chatcmpl-${wanted.seed}`,
        object: 'chat.completion',
        created: 0,
        model: 'slow-teacher',
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: JSON.stringify(write(wanted)) } }],
        usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 },
      }),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
