import { TunegateError } from '../../contracts/errors.ts';
import { decodeText } from '../dataset/decode.ts';
import { type Block, oneLine } from './block.ts';
import { checkArchive } from './check-archive.ts';
import { parseHtml } from './parse-html.ts';
import { parseMarkdown } from './parse-markdown.ts';
import { parseText } from './parse-text.ts';

const readable = ['md', 'markdown', 'html', 'htm', 'txt', 'text', 'csv', 'tsv', 'pdf', 'docx'] as const;

/**
 * Blocks of one document, by the ending of its name. A DOCX is read through its HTML form, a PDF page by page, a table file line by line.
 * The parsers of PDF and DOCX are loaded when the first such file comes.
 *
 * @throws TunegateError `not_supported` for other formats, `file_unreadable` for a broken file or a PDF without text, `bad_encoding`
 */
export async function parseDocument(name: string, bytes: Uint8Array): Promise<Block[]> {
  const ending = name.toLowerCase().split('.').at(-1) ?? '';
  switch (ending) {
    case 'md':
    case 'markdown':
      return parseMarkdown(decodeText(bytes, name));
    case 'html':
    case 'htm':
      return parseHtml(decodeText(bytes, name));
    case 'txt':
    case 'text':
      return parseText(decodeText(bytes, name));
    case 'csv':
    case 'tsv':
      return decodeText(bytes, name)
        .split(/\r\n?|\n/)
        .flatMap((line, i) => (line.trim() === '' ? [] : [{ headings: [], text: oneLine(line), line: i + 1 }]));
    case 'pdf':
      return parsePdf(name, bytes);
    case 'docx':
      return parseDocx(name, bytes);
    default:
      throw new TunegateError('not_supported', `documents of the format '${ending}' cannot be read`, {
        where: name,
        remedy: `convert it to one of: ${readable.join(', ')}`,
      });
  }
}

async function parsePdf(name: string, bytes: Uint8Array): Promise<Block[]> {
  const pages = await reading(name, 'PDF', async () => {
    const { extractText, getDocumentProxy } = await import('unpdf');
    return (await extractText(await getDocumentProxy(new Uint8Array(bytes)), { mergePages: false })).text;
  });
  const blocks = pages.map((text, i) => ({ headings: [], text: oneLine(text), line: i + 1 })).filter((block) => block.text !== '');
  if (blocks.length === 0)
    throw new TunegateError('file_unreadable', 'the PDF holds no text', {
      where: name,
      remedy: 'it may be a scan: run it through text recognition first',
    });
  return blocks;
}

async function parseDocx(name: string, bytes: Uint8Array): Promise<Block[]> {
  const html = await reading(name, 'DOCX', async () => {
    await checkArchive(name, bytes);
    const { default: mammoth } = await import('mammoth');
    return (await mammoth.convertToHtml({ buffer: Buffer.from(bytes) })).value;
  });
  return parseHtml(html).map((block) => ({ ...block, line: 1 }));
}

async function reading<T>(name: string, format: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof TunegateError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TunegateError('file_unreadable', `the file is no ${format} that can be read: ${reason}`, {
      where: name,
      remedy: 'save it again, or convert it to text',
      cause,
    });
  }
}
