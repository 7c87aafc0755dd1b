import type { IncomingHttpHeaders } from 'node:http';
import type { Verb } from './faults.ts';
import type { Service } from './service.ts';

export interface Request {
  readonly url: URL;
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
export interface Route {
  readonly verb: Verb;
  readonly method: string;
  readonly path: RegExp;
  readonly answer: (request: Request) => Answer;
  /** The dialect's own form of an error. */
  readonly refuse: (status: number) => Answer;
}
export type Dialect = (service: Service) => readonly Route[];

export const ok = (json: unknown): Answer => ({ status: 200, json });
export const jsonOf = (request: Request): Record<string, never> & Record<string, unknown> => JSON.parse(request.body.toString('utf8') || '{}');

/** `/v1/jobs/:id` → a pattern with a named group; `:id*` takes slashes too. */
export function pathOf(template: string): RegExp {
  const pattern = template
    .replace(/[.()]/g, '\\$&')
    .replace(/\{(\w+)(\*?)\}/g, (_, name: string, all: string) => `(?<${name}>${all ? '.+?' : '[^/:]+'})`);
  return new RegExp(`^${pattern}$`);
}

type Draft = readonly [verb: Verb, method: string, path: string, answer: (request: Request) => Answer];
export const routesOf = (refuse: (status: number) => Answer, drafts: readonly Draft[]): readonly Route[] =>
  drafts.map(([verb, method, path, answer]) => ({ verb, method, path: pathOf(path), answer, refuse }));

/** Fields and file of a multipart body; enough for what the adapters send. */
export function multipart(request: Request): { fields: Record<string, string>; fileName: string; bytes: Buffer } {
  const boundary = /boundary=("?)([^";]+)\1/.exec(request.headers['content-type'] ?? '')?.[2] ?? '';
  const fields: Record<string, string> = {};
  let fileName = '';
  let bytes: Buffer = Buffer.alloc(0);
  for (const part of request.body.toString('latin1').split(`--${boundary}`).slice(1, -1)) {
    const [head = '', ...rest] = part.split('\r\n\r\n');
    const content = rest.join('\r\n\r\n').replace(/\r\n$/, '');
    const name = /name="([^"]+)"/.exec(head)?.[1] ?? '';
    const file = /filename="([^"]+)"/.exec(head)?.[1];
    if (file === undefined) fields[name] = content;
    else {
      fileName = file;
      bytes = Buffer.from(content, 'latin1');
    }
  }
  return { fields, fileName, bytes };
}

/** The simulated model repeats the last user message. */
export const echo = (messages: readonly { role: string; content: unknown }[]): string =>
  String(messages.findLast((m) => m.role === 'user')?.content ?? '');

export const chatAnswer = (request: Request): Answer => {
  const body = jsonOf(request) as unknown as { model: string; messages: { role: string; content: string }[] };
  return ok({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model: body.model,
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: echo(body.messages) } }],
    usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
  });
};
