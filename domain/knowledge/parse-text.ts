import { type Block, oneLine } from './block.ts';

/** Paragraphs of a plain text: what empty lines part. */
export function parseText(text: string): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  let start = 1;
  const lines = [...text.replace(/\r\n?/g, '\n').split('\n'), ''];
  for (const [i, line] of lines.entries()) {
    if (line.trim() !== '') {
      if (paragraph.length === 0) start = i + 1;
      paragraph.push(line);
      continue;
    }
    if (paragraph.length > 0) blocks.push({ headings: [], text: oneLine(paragraph.join(' ')), line: start });
    paragraph = [];
  }
  return blocks;
}
