import { TunegateError } from '../../contracts/errors.ts';

/** A document of a thousand pages with pictures is a tenth of this. */
const mostBytes = 256 * 1024 * 1024;

/**
 * Unpacks a ZIP archive within a bound before a parser does so without one: an entry that claims more is refused by its claim, and one that holds more than
 * it claims does not fit where it is unpacked.
 *
 * @throws TunegateError `file_unreadable` for an archive that is broken or grows beyond 256 MiB
 */
export async function checkArchive(name: string, bytes: Uint8Array): Promise<void> {
  const { unzipSync } = await import('fflate');
  let claimed = 0;
  try {
    unzipSync(bytes, {
      filter: ({ originalSize }) => {
        claimed += originalSize;
        if (claimed > mostBytes) throw tooLarge(name, claimed);
        return true;
      },
    });
  } catch (cause) {
    if (cause instanceof TunegateError) throw cause;
    throw new TunegateError(
      'file_unreadable',
      `${name} is no archive that can be unpacked: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        where: name,
        remedy: 'save the document again',
        cause,
      },
    );
  }
}

const tooLarge = (name: string, claimed: number) =>
  new TunegateError('file_unreadable', `${name} unpacks to ${Math.round(claimed / 1024 / 1024)} MiB or more, which no document needs`, {
    where: name,
    remedy: 'save the document again; do not trust one from a stranger',
  });
