import { writeFile } from 'node:fs/promises';
import { TunegateError } from '../../contracts/errors.ts';

/** Writes what a command was asked to leave in a file. @throws TunegateError `file_unreadable` that says what to do */
export async function writeText(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new TunegateError('file_unreadable', `${file} cannot be written`, {
      where: file,
      remedy: 'name a file in a folder that exists and that you may write to',
      cause,
    });
  }
}
