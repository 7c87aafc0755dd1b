import { readFile } from 'node:fs/promises';
import OpenAI from 'openai';
import type { Style } from '../console/style.ts';
import { wrap } from '../console/text.ts';

export interface Asked {
  readonly text: string;
  readonly answer: string;
}
export interface Served {
  readonly baseURL: string;
  readonly apiKey: string;
  readonly endpoint: string;
  readonly file: string;
}

/** Asks the endpoint what the file holds, through the official client, as any application would. */
export async function askServedModel({ baseURL, apiKey, endpoint, file }: Served, tell: (line: string) => void, style: Style): Promise<Asked[]> {
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 2 });
  const messages = (await readFile(file, 'utf8'))
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => (JSON.parse(line) as { text: string }).text);
  tell('');
  tell(` ${style.title(`${endpoint} answers`)}`);
  const asked: Asked[] = [];
  for (const text of messages) {
    const completion = await client.chat.completions.create({ model: endpoint, messages: [{ role: 'user', content: text }] });
    const answer = completion.choices[0]?.message.content ?? '';
    for (const line of wrap(text, 72)) tell(`   ${line}`);
    tell(`   ${style.dim('→')} ${style.good(answer)}`);
    asked.push({ text, answer });
  }
  return asked;
}
