/** Server-sent events from a response body, as an iteration. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** @example for await (const { event, data } of serverEvents(response.body)) … */
export async function* serverEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) yield readBlock(block);
  }
}

function readBlock(block: string): ServerEvent {
  const lines = block.split(/\r?\n/);
  const fieldOf = (field: string) => lines.filter((l) => l.startsWith(`${field}:`)).map((l) => l.slice(field.length + 1).replace(/^ /, ''));
  return { event: fieldOf('event')[0] ?? 'message', data: fieldOf('data').join('\n') };
}
