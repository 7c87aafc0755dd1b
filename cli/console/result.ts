/** What a command hands back: one document for programs, lines for people, and the code that it exits with. */
import { errorBodyOf, errorLines, exitCodeOf } from './errors.ts';
import { styleOf } from './style.ts';

export interface Result {
  readonly document: unknown;
  /** Printed where `--json` was not asked for. */
  readonly lines: readonly string[];
  readonly exitCode?: number;
}

export interface CommonOptions {
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** With `--json`, exactly one document goes to standard output, on failure too; everything else goes to standard error. */
export async function finish(work: () => Promise<Result>, options: CommonOptions): Promise<never> {
  try {
    const { document, lines, exitCode } = await work();
    await write(process.stdout, options.json ? `${JSON.stringify(document, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''));
    process.exit(exitCode ?? 0);
  } catch (error) {
    await fail(error, options);
    process.exit(1);
  }
}

export async function fail(error: unknown, options: CommonOptions): Promise<never> {
  if (isClosedPrompt(error)) process.exit(130);
  const body = errorBodyOf(error);
  if (options.json) await write(process.stdout, `${JSON.stringify({ error: body }, null, 2)}\n`);
  else await write(process.stderr, `${errorLines(body, styleOf(process.stderr), Math.min(100, process.stderr.columns ?? 100)).join('\n')}\n`);
  if (options.debug) await write(process.stderr, `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(exitCodeOf(body));
}

/** Ctrl-C at a question. */
const isClosedPrompt = (error: unknown): boolean => error instanceof Error && error.name === 'ExitPromptError';

/** Resolves when the text has left: `process.exit` would cut a pipe short. */
function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (text === '') return resolve();
    stream.write(text, () => resolve());
  });
}

/** News on the way; never on standard output, which belongs to the result. */
export const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
