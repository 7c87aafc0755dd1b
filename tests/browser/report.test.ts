import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../domain/report/html/page.ts';
import { openBrowser } from '../support/headless-browser.ts';
import { sampleReport } from '../support/sample-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'tunegate-report-'));
const address = pathToFileURL(join(folder, 'report.html')).href;
let browser: Browser;

beforeAll(async () => {
  writeFileSync(join(folder, 'report.html'), renderHtml(sampleReport()));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: { width: number; colorScheme?: 'light' | 'dark' }) {
  const page = await browser.newPage({ viewport: { width: options.width, height: 900 }, colorScheme: options.colorScheme ?? 'light' });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (r) => requests.push(r.url()));
  page.on('console', (m) => complaints.push(m.text()));
  page.on('pageerror', (e) => complaints.push(e.message));
  await page.goto(address);
  return { page, requests, complaints };
}

describe('the report in a browser', () => {
  it('asks for nothing but itself and complains of nothing', async () => {
    const { page, requests, complaints } = await open({ width: 1280 });
    expect(requests).toEqual([address]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('is reached by keyboard: the skip link, then every link of the navigation', async () => {
    const { page } = await open({ width: 1280 });
    const focused = (): Promise<string | null> => page.locator(':focus').getAttribute('href', { timeout: 2_000 });
    const links = await page.locator('nav a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    for (const expected of ['#decision', ...links]) {
      await page.keyboard.press('Tab');
      expect(await focused()).toBe(expected);
    }
    await page.keyboard.press('Enter');
    expect(page.url()).toMatch(/#lineage$/);
    await page.close();
  });

  it('never scrolls sideways, down to 320 pixels', async () => {
    for (const width of [1280, 760, 400, 320]) {
      const { page } = await open({ width });
      const wide = await page.locator('html').evaluate((html) => html.scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
      await page.close();
    }
  });

  it('follows the dark scheme on screen and is light on paper', async () => {
    const { page } = await open({ width: 1280, colorScheme: 'dark' });
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(await background()).toBe('rgb(19, 21, 25)');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await background()).toBe('rgb(255, 255, 255)');
    expect(await page.locator('nav').isVisible()).toBe(false);
    await page.close();
  });
});
