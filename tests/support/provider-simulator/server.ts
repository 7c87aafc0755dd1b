/** A real HTTP server that speaks the dialects of the providers' public documents, with faults on command. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type SimulatedPrices, usualPrices } from './bill.ts';
import { azureDialect } from './dialects/azure.ts';
import { bedrockDialect } from './dialects/bedrock.ts';
import { fireworksDialect } from './dialects/fireworks.ts';
import { mistralDialect } from './dialects/mistral.ts';
import { openAiDialect } from './dialects/openai.ts';
import { togetherDialect } from './dialects/together.ts';
import { vertexDialect } from './dialects/vertex.ts';
import { createFaults, type Faults } from './faults.ts';
import type { Answer, Dialect, Request, Route } from './route.ts';
import { createService, type Service } from './service.ts';

const dialects = {
  openai: openAiDialect,
  azure: azureDialect,
  together: togetherDialect,
  fireworks: fireworksDialect,
  mistral: mistralDialect,
  vertex: vertexDialect,
  bedrock: bedrockDialect,
} satisfies Record<string, Dialect>;
export type DialectName = keyof typeof dialects;

/** Called around each request's effect; what it throws stands for a client that is no more: the connection is cut. */
export type Boundary = (moment: 'before' | 'after') => void;

export interface Simulator {
  readonly url: string;
  readonly service: Service;
  readonly faults: Faults;
  boundary: Boundary | null;
  /** `atOnce`: how many were under way when it came, itself among them. */
  readonly requests: { readonly verb: string; readonly path: string; readonly atOnce: number }[];
  readonly close: () => Promise<void>;
}

/** @example const simulator = await startSimulator('together'); simulator.faults.arm('create', { kind: 'silent' }) */
export async function startSimulator(dialect: DialectName, prices: SimulatedPrices = usualPrices): Promise<Simulator> {
  const service = createService(prices);
  const faults = createFaults();
  const routes = dialects[dialect](service);
  const requests: { verb: string; path: string; atOnce: number }[] = [];
  let underWay = 0;
  const simulator = { service, faults, boundary: null as Boundary | null, requests };

  const server = createServer((incoming, outgoing) => {
    underWay += 1;
    outgoing.on('close', () => {
      underWay -= 1;
    });
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? '/', 'http://simulator');
    const found = match(routes, incoming.method ?? 'GET', decodeURIComponent(url.pathname));
    if (!found) return send(outgoing, { status: 404, json: { error: { message: `no route ${incoming.method} ${url.pathname}` } } });
    const { route, parameters } = found;
    requests.push({ verb: route.verb, path: url.pathname, atOnce: underWay });
    const fault = faults.take(route.verb);
    simulator.boundary?.('before');
    if (fault?.kind === 'status') {
      const headers: Record<string, string> = fault.retryAfterSeconds ? { 'retry-after': String(fault.retryAfterSeconds) } : {};
      return send(outgoing, { ...route.refuse(fault.status), headers });
    }
    if (fault?.kind === 'slow') await new Promise((wake) => setTimeout(wake, fault.ms));
    const request: Request = { url, parameters, headers: incoming.headers, body: Buffer.concat(chunks) };
    const answer = route.answer(request);
    simulator.boundary?.('after');
    const text = textOf(answer);
    if (fault?.kind === 'silent') return void setTimeout(() => outgoing.destroy(), 3_000).unref();
    if (fault?.kind === 'cut') {
      outgoing.writeHead(answer.status, { 'content-type': 'application/json', 'content-length': String(text.length + 10) });
      outgoing.write(text.slice(0, Math.max(1, text.length / 2)));
      return void setTimeout(() => outgoing.destroy(), 5);
    }
    if (fault?.kind === 'malformed') return send(outgoing, answer, '{"oops": ');
    if (fault?.kind === 'empty') return send(outgoing, answer, '{}');
    send(outgoing, answer, text);
  }
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return Object.assign(simulator, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  });
}

function match(routes: readonly Route[], method: string, path: string): { route: Route; parameters: Record<string, string> } | null {
  for (const route of routes) {
    const parameters = route.method === method ? route.path.exec(path)?.groups : undefined;
    if (parameters) return { route, parameters };
    if (route.method === method && route.path.test(path)) return { route, parameters: {} };
  }
  return null;
}

const textOf = ({ json, text }: Answer): string => text ?? (json === undefined ? '' : JSON.stringify(json));

function send(outgoing: ServerResponse, answer: Answer, text = textOf(answer)): void {
  outgoing.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  outgoing.end(text);
}
