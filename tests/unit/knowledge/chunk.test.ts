import { describe, expect, it } from 'vitest';
import { chunkDocument, passageText } from '../../../domain/knowledge/chunk.ts';
import { parseDocument } from '../../../domain/knowledge/parse-document.ts';
import { approximateTokens } from '../../../domain/knowledge/tokens.ts';

const markdown = `# Returns

Read this first.

## The 30-day trial

Every bike can be returned within 30 days. It must have been ridden *no more* than 100 km. The [display](https://example.com) shows the distance.

## Refunds

| Card | Days |
|---|---|
| Visa | 5 |
| PayPal | 1 |

1. Open the page.
2. Choose "Return".
`;
const bytes = (text: string) => Buffer.from(text);

describe('a Markdown document', () => {
  it('becomes blocks that know their headings and lines', async () => {
    const blocks = await parseDocument('a.md', bytes(markdown));
    expect(blocks[1]).toEqual({
      headings: ['Returns', 'The 30-day trial'],
      line: 7,
      text: 'Every bike can be returned within 30 days. It must have been ridden no more than 100 km. The display shows the distance.',
    });
  });

  it('gives each table row the names of its columns', async () => {
    const texts = (await parseDocument('a.md', bytes(markdown))).map((block) => block.text);
    expect(texts).toContain('Card: Visa; Days: 5');
    expect(texts).toContain('1. Open the page.\n2. Choose "Return".');
  });

  it('is cut into chunks within the limit that never cross a heading', async () => {
    const chunks = chunkDocument('a.md', await parseDocument('a.md', bytes(markdown)), { tokens: 32, overlap: 0 });
    expect(chunks.map((chunk) => chunk.ordinal)).toEqual(chunks.map((_, i) => i));
    for (const chunk of chunks) expect(approximateTokens(passageText(chunk))).toBeLessThanOrEqual(34);
    expect(chunks.filter((chunk) => chunk.headings[1] === 'The 30-day trial').length).toBeGreaterThan(1);
    expect(chunks.filter((chunk) => chunk.text.includes('30 days') && chunk.text.includes('Visa'))).toEqual([]);
  });
});

describe('overlap', () => {
  it('repeats the last sentences of a chunk at the head of the next', () => {
    const text = Array.from({ length: 12 }, (_, i) => `This is sentence number ${i + 1} of them all.`).join(' ');
    const chunks = chunkDocument('t', [{ headings: [], text, line: 1 }], { tokens: 40, overlap: 12 });
    for (const [i, chunk] of chunks.slice(1).entries())
      expect(chunks[i]?.text.endsWith(chunk.text.split('. ')[0] ?? '?') || chunks[i]?.text.includes(`${chunk.text.split('. ')[0]}.`)).toBe(true);
    expect(chunks.at(-1)?.text).toContain('number 12');
  });
});

describe('an HTML document', () => {
  it('loses scripts and navigation and keeps headings', async () => {
    const html =
      '<html><head><title>x</title></head><body><nav>Home</nav><h1>Help</h1><p>Call <b>us</b>.</p><script>evil()</script><table><tr><td>A</td><td>1</td></tr></table></body></html>';
    expect(await parseDocument('a.html', bytes(html))).toEqual([
      { headings: ['Help'], text: 'Call us.', line: 1 },
      { headings: ['Help'], text: 'A; 1', line: 1 },
    ]);
  });
});

describe('a document that cannot be read', () => {
  it('is refused by its format', async () => {
    await expect(parseDocument('a.xlsx', bytes('x'))).rejects.toMatchObject({ code: 'not_supported', where: 'a.xlsx' });
  });
  it.each(['a.pdf', 'a.docx'])('is refused where %s holds no such file', async (name) => {
    await expect(parseDocument(name, bytes('not what it says'))).rejects.toMatchObject({ code: 'file_unreadable', where: name });
  });
});
