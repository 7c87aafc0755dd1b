/** Training files as a service takes them: within its limits and in its own format. Nothing is sent from here. */
import { TunegateError } from '../contracts/errors.ts';
import type { Capabilities, ChatMessage, JobRequest } from './provider.ts';

export interface ChatExample {
  readonly messages: readonly ChatMessage[];
}
export interface PreparedFiles {
  readonly training: Uint8Array;
  readonly validation: Uint8Array | null;
}

/**
 * Both files in the service's format, the validation file cut to what the service takes.
 *
 * @throws TunegateError `too_few_rows` or `not_supported`, before anything has left this machine
 */
export function prepareFiles(
  provider: string,
  { limits }: Pick<Capabilities, 'limits'>,
  request: Pick<JobRequest, 'trainingFile' | 'validationFile'>,
  convert: ((example: ChatExample) => unknown) | null = null,
): PreparedFiles {
  const training = linesOf(request.trainingFile);
  if (training.length < limits.minimumRows)
    throw new TunegateError('too_few_rows', `${provider} trains on at least ${limits.minimumRows} rows, and there are ${training.length}`, {
      where: `${provider}, training rows`,
      remedy: 'add rows, or tune with another provider',
    });
  if (limits.maximumRows !== null && training.length > limits.maximumRows)
    throw tooMuch(provider, `at most ${limits.maximumRows} training rows`, `there are ${training.length}`);
  const validation = request.validationFile ? linesOf(request.validationFile).slice(0, limits.maximumValidationRows ?? undefined) : [];
  const files = { training: join(training, convert), validation: validation.length > 0 ? join(validation, convert) : null };
  for (const [name, bytes] of Object.entries(files))
    if (bytes && bytes.length > limits.maximumBytes)
      throw tooMuch(provider, `a ${name} file of at most ${limits.maximumBytes} bytes`, `this one has ${bytes.length}`);
  return files;
}

const linesOf = (bytes: Uint8Array): string[] =>
  Buffer.from(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');

const join = (lines: readonly string[], convert: ((example: ChatExample) => unknown) | null): Uint8Array =>
  Buffer.from(`${lines.map((line) => (convert ? JSON.stringify(convert(JSON.parse(line) as ChatExample)) : line)).join('\n')}\n`);

const tooMuch = (provider: string, limit: string, found: string) =>
  new TunegateError('not_supported', `${provider} takes ${limit}, and ${found}`, {
    where: `${provider}, dataset limits`,
    remedy: 'use fewer or shorter rows, or tune with another provider',
  });

export const systemOf = (example: ChatExample): string | null => example.messages.find((m) => m.role === 'system')?.content ?? null;
export const turnsOf = (example: ChatExample): readonly ChatMessage[] => example.messages.filter((m) => m.role !== 'system');
