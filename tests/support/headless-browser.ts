import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** A browser from npm alone. The flags that its package proposes put everything into one process, which cannot take a second page. */
export async function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    headless: true,
    args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--headless=shell', '--disable-dev-shm-usage'],
  });
}
