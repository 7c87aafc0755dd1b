import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { type Block, oneLine, underHeading } from './block.ts';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

const unread = new Set(['script', 'style', 'noscript', 'template', 'svg', 'head', 'nav', 'form', 'iframe']);
/** Elements that end the paragraph before them and begin one of their own. */
const standsAlone = new Set([
  'p',
  'li',
  'tr',
  'pre',
  'blockquote',
  'dd',
  'dt',
  'div',
  'section',
  'article',
  'main',
  'header',
  'footer',
  'aside',
  'table',
  'ul',
  'ol',
  'dl',
  'figcaption',
  'caption',
  'body',
]);

/** Blocks of an HTML text. Scripts, styles, navigation and forms are left out; the cells of a table row are parted by semicolons. */
export function parseHtml(text: string): Block[] {
  const blocks: Block[] = [];
  let open: { level: number; title: string }[] = [];
  let pending = '';
  let line = 1;
  const flush = (): void => {
    const said = oneLine(pending).replace(/^[;\s]+|[;\s]+$/g, '');
    if (said !== '') blocks.push({ headings: open.map((heading) => heading.title), text: said, line });
    pending = '';
  };
  const walk = (node: Node): void => {
    if (node.nodeName === '#text' && 'value' in node) {
      if (oneLine(pending) === '') line = node.sourceCodeLocation?.startLine ?? line;
      pending += node.value;
      return;
    }
    if (unread.has(node.nodeName)) return;
    const level = /^h([1-6])$/.exec(node.nodeName)?.[1];
    if (level) {
      flush();
      open = underHeading(open, Number(level), textOf(node as Element));
      return;
    }
    const isBlock = standsAlone.has(node.nodeName);
    if (isBlock) flush();
    if (node.nodeName === 'br') pending += ' ';
    if ('childNodes' in node) for (const child of node.childNodes) walk(child);
    if (node.nodeName === 'td' || node.nodeName === 'th') pending += '; ';
    if (isBlock) flush();
  };
  walk(parse(text, { sourceCodeLocationInfo: true }));
  flush();
  return blocks;
}

function textOf(element: Element): string {
  const read = (node: Node): string =>
    'value' in node && node.nodeName === '#text' ? node.value : 'childNodes' in node ? node.childNodes.map(read).join('') : '';
  return oneLine(read(element));
}
