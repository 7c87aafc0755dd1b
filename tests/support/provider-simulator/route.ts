import type { IncomingHttpHeaders } from 'node:http';
import type { Verb } from './faults.ts';
import type { Service } from './service.ts';
import type { Turn } from './tokens.ts';

export interface Request {
  readonly url: URL;
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  /** Instead of JSON. */
  readonly text?: string;
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

export type Draft = readonly [verb: Verb, method: string, path: string, answer: (request: Request) => Answer];
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

/** An answer in the OpenAI shape. */
export function chatBody(service: Service, body: { model: string; messages: Turn[] }, isBatch = false) {
  const { text, promptTokens, completionTokens } = service.answer(body.model, body.messages, isBatch);
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model: body.model,
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }],
    usage: { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: promptTokens + completionTokens },
  };
}

export const chatAnswer =
  (service: Service) =>
  (request: Request): Answer =>
    ok(chatBody(service, jsonOf(request) as unknown as { model: string; messages: Turn[] }));
