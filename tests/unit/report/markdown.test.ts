import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../domain/report/markdown/render.ts';
import { emptyReport, sampleReport } from '../../support/sample-report.ts';

/** Every table of the text as its rows of cells. */
function tablesOf(markdown: string): string[][][] {
  const tables: string[][][] = [];
  let open: string[][] | null = null;
  for (const line of markdown.split('\n')) {
    if (!line.startsWith('|')) {
      open = null;
      continue;
    }
    if (open === null) {
      open = [];
      tables.push(open);
    }
    open.push(
      line
        .slice(1, -1)
        .split('|')
        .map((c) => c.trim()),
    );
  }
  return tables;
}

describe('the Markdown report', () => {
  it('has well-formed tables: a heading, a rule, and as many cells in every row', () => {
    const tables = tablesOf(renderMarkdown(sampleReport()));
    expect(tables).toHaveLength(4);
    for (const [head, rule, ...rows] of tables) {
      expect(rule?.every((c) => /^:?-+:?$/.test(c))).toBe(true);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of [rule, ...rows]) expect(row).toHaveLength(head?.length ?? -1);
    }
  });

  it('keeps a hostile input inside its cell', () => {
    const { mistakes } = sampleReport();
    const input = 'a | b\n| c | <script>alert(1)</script> `x` [link](http://example.com) @everyone #1';
    const markdown = renderMarkdown(sampleReport({ mistakes: mistakes && { ...mistakes, rows: [{ row: 'r', input, expected: 'x', said: [] }] } }));
    expect(markdown).not.toContain('<script>');
    expect(markdown).not.toContain('@everyone');
    expect(tablesOf(markdown).at(-1)).toHaveLength(3);
    expect(tablesOf(markdown).at(-1)?.[2]).toHaveLength(4);
  });

  it('says only what is known of a run that failed early', () => {
    const markdown = renderMarkdown(emptyReport());
    expect(tablesOf(markdown)).toEqual([]);
    expect(markdown).toContain('The run failed and nothing was deployed');
  });
});
