/** Errors as people and programs get them: a block of what, where and do; or the error document. */
import { type ErrorBody, inputErrorCodes, TunegateError } from '../../contracts/errors.ts';
import { exitCodes } from '../../contracts/run.ts';
import type { Style } from './style.ts';
import { wrap } from './text.ts';

export function errorBodyOf(error: unknown): ErrorBody {
  if (error instanceof TunegateError) return error.body;
  const system = describeSystemError(error);
  if (system) return system;
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    where: null,
    remedy: 'run the command again with --debug to see where it comes from',
  };
}

/** The system's own codes, said in words. */
function describeSystemError(error: unknown): ErrorBody | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const where = 'path' in error && typeof error.path === 'string' ? error.path : null;
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return { code: 'disk_full', message: 'the disk is full', where, remedy: 'free some space and run the command again; nothing was lost' };
    case 'ENOENT':
      return { code: 'file_missing', message: 'the file does not exist', where, remedy: 'check the path' };
    case 'EISDIR':
      return { code: 'file_unreadable', message: 'this is a folder, not a file', where, remedy: 'name a file in it' };
    case 'EACCES':
    case 'EPERM':
      return { code: 'file_unreadable', message: 'the file may not be read or written', where, remedy: 'check who owns it and its permissions' };
    default:
      return null;
  }
}

export function exitCodeOf({ code }: ErrorBody): number {
  if (code === 'cancelled') return exitCodes.cancelled;
  return inputErrorCodes.has(code) ? exitCodes.badInput : exitCodes.failed;
}

export function errorLines({ message, where, remedy }: ErrorBody, style: Style, width: number): string[] {
  const [first = '', ...rest] = message.split('\n');
  const field = (name: string, text: string | null) =>
    text === null ? [] : wrap(text, width - 10, 9).map((line, i) => (i === 0 ? ` ${style.dim(name.padStart(6))}  ${line}` : line));
  return [
    ...wrap(first, width - 10, 9).map((line, i) => (i === 0 ? ` ${style.bad('✗')}       ${style.strong(line)}` : style.strong(line))),
    ...rest.map((line) => style.dim(`         ${line}`)),
    ...field('where', where),
    ...field('do', remedy),
  ];
}
