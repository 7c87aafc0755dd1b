/** A judge that can be foretold: a service of the OpenAI shape that reads what it is asked and answers by a rule. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tokenF1 } from '../../domain/evaluation/squad.ts';

/** `fair` goes by the overlap with the reference; `first` prefers whatever answer stands first. */
export type JudgeCharacter = 'fair' | 'first';

export interface JudgeServer {
  readonly url: string;
  readonly asked: () => number;
  readonly close: () => Promise<void>;
}

export async function startJudge(character: JudgeCharacter): Promise<JudgeServer> {
  let asked = 0;
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => {
      body += String(piece);
    });
    request.on('end', () => {
      asked += 1;
      const { messages } = JSON.parse(body) as { messages: { content: string }[] };
      const content = verdict(character, messages.at(-1)?.content ?? '');
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          id: `judge-${asked}`,
          object: 'chat.completion',
          created: 0,
          model: 'judge',
          choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
          usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked: () => asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function verdict(character: JudgeCharacter, prompt: string): string {
  const part = (heading: string) => prompt.split(`## ${heading}\n`)[1]?.split('\n\n## ')[0] ?? '';
  const reference = part('Reference answer');
  if (prompt.includes('## Answer B')) {
    if (character === 'first') return 'A';
    const [a, b] = [tokenF1(part('Answer A'), [reference]), tokenF1(part('Answer B'), [reference])];
    return a === b ? 'tie' : a > b ? 'A' : 'B';
  }
  if (prompt.includes('## Answer to grade')) return String(1 + Math.round(4 * tokenF1(part('Answer to grade'), [reference])));
  if (prompt.includes('## Statement')) return part('Passages').includes(part('Statement')) ? 'yes' : 'no';
  if (prompt.includes('## Passage')) return tokenF1(part('Passage'), [reference]) > 0 ? 'yes' : 'no';
  return '3';
}
