/** An answer in the words of the wire shape, whole or as a stream of chunks. */
import { randomUUID } from 'node:crypto';
import type { EndpointVersion } from '../../contracts/api.ts';
import type { WrittenToken } from '../../providers/provider.ts';
import type { Answer } from './answer.ts';
import type { ChatRequest } from './chat-request.ts';

export type Chunk = Readonly<Record<string, unknown>>;

const head = (request: ChatRequest, version: EndpointVersion, object: string) => ({
  id: `chatcmpl-${randomUUID()}`,
  object,
  created: Math.floor(Date.now() / 1000),
  model: request.endpoint,
  system_fingerprint: version.artifact,
  tunegate: { arm: version.arm, artifact: version.artifact, run: version.run },
});

const usageOf = ({ completion }: Answer) => ({
  prompt_tokens: completion.promptTokens,
  completion_tokens: completion.completionTokens,
  total_tokens: completion.promptTokens + completion.completionTokens,
});

const bytesOf = (token: string): number[] => [...Buffer.from(token)];

/** Of a written answer its tokens; where labels were scored, one entry: the label with its log-probability, and the runners-up. */
function logprobsOf(request: ChatRequest, { text, completion }: Answer) {
  if (!request.logprobs) return null;
  if (completion.scores === null) return completion.tokens ? { content: completion.tokens.map(entryOf), refusal: null } : null;
  const ranked = Object.entries(completion.scores)
    .sort(([, a], [, b]) => b - a)
    .map(([token, logprob]) => withBytes({ token, logprob }));
  const said = ranked.find((r) => r.token === text) ?? ranked[0];
  return said ? { content: [{ ...said, top_logprobs: ranked.slice(0, request.topLogprobs) }], refusal: null } : null;
}

const entryOf = ({ top, ...token }: WrittenToken) => ({ ...withBytes(token), top_logprobs: top.map(withBytes) });
const withBytes = (t: { readonly token: string; readonly logprob: number }) => ({ ...t, bytes: bytesOf(t.token) });

export function chatCompletion(request: ChatRequest, version: EndpointVersion, answer: Answer) {
  return {
    ...head(request, version, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer.text, refusal: null },
        logprobs: logprobsOf(request, answer),
        finish_reason: answer.completion.finish ?? 'stop',
      },
    ],
    usage: usageOf(answer),
  };
}

/** The role, the text, the end, and the usage where it was asked for. */
export function chatChunks(request: ChatRequest, version: EndpointVersion, answer: Answer): Chunk[] {
  const common = head(request, version, 'chat.completion.chunk');
  const chunk = (delta: object, finish: string | null, logprobs: unknown = null) => ({
    ...common,
    choices: [{ index: 0, delta, logprobs, finish_reason: finish }],
  });
  return [
    chunk({ role: 'assistant', content: '' }, null),
    chunk({ content: answer.text }, null, logprobsOf(request, answer)),
    chunk({}, answer.completion.finish ?? 'stop'),
    ...(request.includeUsage ? [{ ...common, choices: [], usage: usageOf(answer) }] : []),
  ];
}
