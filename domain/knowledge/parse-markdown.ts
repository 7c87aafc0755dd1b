import { lexer, type Token, type Tokens } from 'marked';
import { type Block, oneLine, underHeading } from './block.ts';

/** Blocks of a Markdown text (CommonMark with tables). Marks are removed; a table's rows name their columns, so that each can stand alone. */
export function parseMarkdown(text: string): Block[] {
  const { body, firstLine } = withoutFrontMatter(text.replace(/\r\n?/g, '\n'));
  const blocks: Block[] = [];
  let open: { level: number; title: string }[] = [];
  let line = firstLine;
  for (const token of lexer(body)) {
    const at = line + leadingLines(token.raw);
    line += token.raw.split('\n').length - 1;
    if (token.type === 'heading') {
      open = underHeading(open, (token as Tokens.Heading).depth, plain(token));
      continue;
    }
    const headings = open.map((heading) => heading.title);
    for (const part of partsOf(token)) if (part !== '') blocks.push({ headings, text: part, line: at });
  }
  return blocks;
}

function withoutFrontMatter(text: string): { body: string; firstLine: number } {
  const match = /^---\n[\s\S]*?\n---\n/.exec(text);
  return match ? { body: text.slice(match[0].length), firstLine: match[0].split('\n').length } : { body: text, firstLine: 1 };
}

const leadingLines = (raw: string): number => /^\n*/.exec(raw)?.[0].length ?? 0;

function partsOf(token: Token): string[] {
  switch (token.type) {
    case 'space':
    case 'hr':
    case 'html':
    case 'def':
      return [];
    case 'code':
      return [(token as Tokens.Code).text];
    case 'list':
      return [(token as Tokens.List).items.map((item, i) => `${(token as Tokens.List).ordered ? `${i + 1}. ` : '- '}${plain(item)}`).join('\n')];
    case 'table':
      return rowsOf(token as Tokens.Table);
    default:
      return [plain(token)];
  }
}

function rowsOf(table: Tokens.Table): string[] {
  const columns = table.header.map((cell) => plain(cell));
  return table.rows.map((row) => row.map((cell, i) => (columns[i] ? `${columns[i]}: ${plain(cell)}` : plain(cell))).join('; '));
}

/** The text of a token and of what stands in it, without marks. */
function plain(token: Token | Tokens.TableCell): string {
  return oneLine(inline('tokens' in token && token.tokens ? token.tokens : [token as Token]));
}

function inline(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'br' || token.type === 'space') return ' ';
      if (token.type === 'html') return '';
      if (token.type === 'list') return ` ${(token as Tokens.List).items.map((item) => plain(item)).join('; ')}`;
      if ('tokens' in token && token.tokens) return inline(token.tokens);
      return 'text' in token && typeof token.text === 'string' ? token.text : '';
    })
    .join('');
}
