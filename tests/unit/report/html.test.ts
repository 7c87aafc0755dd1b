import { HtmlValidate } from 'html-validate/node';
import { parse, type DefaultTreeAdapterTypes } from 'parse5';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../domain/report/html/page.ts';
import type { ReportData } from '../../../domain/report/report-data.ts';
import { emptyReport, extractionReport, sampleReport } from '../../support/sample-report.ts';

type Element = DefaultTreeAdapterTypes.Element;

function elementsOf(html: string): Element[] {
  const found: Element[] = [];
  const walk = (node: DefaultTreeAdapterTypes.ParentNode) => {
    for (const child of node.childNodes) {
      if (!('tagName' in child)) continue;
      found.push(child);
      walk(child);
    }
  };
  walk(parse(html));
  return found;
}

const attribute = (element: Element, name: string): string | undefined => element.attrs.find((a) => a.name === name)?.value;
const idsOf = (data: ReportData): string[] =>
  elementsOf(renderHtml(data))
    .filter((e) => e.tagName === 'section')
    .map((e) => attribute(e, 'id') ?? '');
const everySection = [
  'gate',
  'arms',
  'changes',
  'confusion',
  'slices',
  'calibration',
  'judge',
  'mistakes',
  'data',
  'trials',
  'training',
  'time',
  'lineage',
];

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    // Lists that are grids on screen carry their role, and so do tables that scroll.
    'prefer-native-element': 'off',
    'no-trailing-whitespace': 'off',
  },
});

describe('the HTML report', () => {
  it('is valid HTML', async () => {
    for (const data of [sampleReport(), emptyReport(), extractionReport()]) {
      const { results } = await validator.validateString(renderHtml(data));
      expect(results.flatMap((r) => r.messages.map((m) => `${m.ruleId} ${m.line}:${m.column} ${m.message}`))).toEqual([]);
    }
  });

  it('opens with the decision in one sentence, and with a picture of every arm', () => {
    const elements = elementsOf(renderHtml(sampleReport()));
    expect(elements.filter((e) => e.tagName === 'h1')).toHaveLength(1);
    const picture = elements.find((e) => attribute(e, 'class') === 'picture');
    expect(picture).toBeDefined();
    const titles = renderHtml(sampleReport()).match(/<title>[^<]*95 % interval[^<]*<\/title>/g) ?? [];
    for (const arm of sampleReport().arms) expect(titles.some((t) => t.includes(`${arm.name}:`))).toBe(true);
  });

  it('shows every part that the data has, each named in the navigation', () => {
    expect(idsOf(sampleReport())).toEqual(everySection);
    const links = elementsOf(renderHtml(sampleReport()))
      .filter((e) => e.tagName === 'a')
      .map((e) => attribute(e, 'href'));
    expect(links).toEqual(expect.arrayContaining(everySection.map((id) => `#${id}`)));
  });

  it('leaves out every part that the data does not have', () => {
    expect(idsOf(emptyReport())).toEqual(['lineage']);
    const without: readonly [string, Partial<ReportData>][] = [
      ['gate', { gate: null }],
      ['arms', { arms: [] }],
      ['changes', { changes: null }],
      ['confusion', { confusion: null }],
      ['slices', { slices: [] }],
      ['calibration', { calibration: [] }],
      ['judge', { judge: null }],
      ['mistakes', { mistakes: null }],
      ['data', { dataset: null }],
      ['trials', { sweep: null, learning: [] }],
      ['training', { jobs: [] }],
    ];
    for (const [id, changed] of without) expect(idsOf(sampleReport(changed))).toEqual(everySection.filter((other) => other !== id));
  });

  it('shows an extraction field by field: how well each arm fills each, and in which each answer is wrong', () => {
    const html = renderHtml(extractionReport());
    const ids = elementsOf(html).flatMap((e) => (e.tagName === 'section' ? [attribute(e, 'id')] : []));
    expect(ids.indexOf('fields')).toBe(ids.indexOf('arms') + 1);
    const wrong = html.match(/<td><span class="wrong">.*?<\/td>/g)?.map((cell) => cell.replace(/<[^>]*>/g, '')) ?? [];
    expect(wrong).toEqual(['✗ wrong: Otter', '✗ wrong: –']);
    expect(html).toContain('<i class="wrong">unusable</i>');
  });

  it('shows the score of each free text', () => {
    const said = [{ arm: 'rag', answer: 'Within 5 days.', right: null, score: 0.914 }];
    const mistakes = { arm: 'rag', kind: 'all', n: 1, total: 1, rows: [{ row: 'r:1', input: 'When?', expected: '5 days.', said }] } as const;
    expect(renderHtml(sampleReport({ metric: 'similarity', mistakes })).replace(/<[^>]*>/g, '')).toContain('rag · 0.91Within 5 days.');
  });

  it('shows what a message says and never becomes it', () => {
    const hostile = '</style><script>alert(1)</script><img src=x onerror=alert(2)> "\'& \u0000';
    const { mistakes, dataset, voices } = sampleReport();
    const html = renderHtml(
      sampleReport({
        name: hostile,
        task: { type: 'classification', instruction: hostile, labels: 2 },
        mistakes: mistakes && {
          ...mistakes,
          rows: [{ row: hostile, input: hostile, expected: hostile, said: [{ arm: hostile, answer: hostile, right: false }] }],
        },
        confusion: {
          arm: hostile,
          labels: [hostile, 'b'],
          counts: [
            [1, 2, 0],
            [0, 1, 0],
          ],
          top: [{ expected: hostile, answered: hostile, count: 2 }],
        },
        dataset: dataset && { ...dataset, balance: [{ label: hostile, train: 1, validation: 1, test: 1 }] },
        voices: voices.map((v) => ({ ...v, by: hostile, comment: hostile })),
        error: { code: 'internal', message: hostile, where: null, remedy: hostile },
      }),
    );
    const tags = elementsOf(html).map((e) => e.tagName);
    expect(tags).not.toContain('script');
    expect(tags).not.toContain('img');
    expect(tags.filter((t) => t === 'style')).toHaveLength(1);
    expect(elementsOf(html).flatMap((e) => e.attrs.filter((a) => a.name.startsWith('on')))).toEqual([]);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('fetches nothing: no script, no external address, a policy that forbids all', () => {
    const html = renderHtml(sampleReport());
    const elements = elementsOf(html);
    expect(elements.filter((e) => ['script', 'link', 'iframe', 'img', 'object', 'embed', 'base'].includes(e.tagName))).toEqual([]);
    for (const element of elements)
      for (const { name, value } of element.attrs) if (['href', 'src', 'xlink:href', 'srcset', 'action'].includes(name)) expect(value).toMatch(/^#/);
    expect(html.match(/<style>[\s\S]*<\/style>/)?.[0]).not.toMatch(/url\(|@import|@font-face/);
    expect(html).toContain("default-src 'none'");
  });

  it('gives every drawing words, and every link target exactly one place', () => {
    const elements = elementsOf(renderHtml(sampleReport()));
    const drawings = elements.filter((e) => e.tagName === 'svg' && attribute(e, 'role') === 'img');
    expect(drawings.length).toBeGreaterThan(20);
    for (const svg of drawings) expect(svg.childNodes.some((c) => 'tagName' in c && c.tagName === 'title')).toBe(true);
    const ids = elements.flatMap((e) => attribute(e, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('draws no number that is not one', () => {
    expect(renderHtml(sampleReport())).not.toMatch(/NaN|Infinity|undefined|\[object/);
    expect(renderHtml(emptyReport())).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });
});
