import { Hono } from 'hono';
import { TunegateError } from '../../contracts/errors.ts';
import { findRun } from '../../db/queries/runs.ts';
import { renderHtml } from '../../domain/report/html/page.ts';
import { renderMarkdown } from '../../domain/report/markdown/render.ts';
import { readReport } from '../report/read-report.ts';
import { needs } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';

/** `GET /api/runs/:run/report?format=json|html|markdown`. The HTML is one file that fetches nothing; it holds test rows, so nobody may cache it. */
export const reportRoute = new Hono<AppEnv>().get('/:run/report', needs('viewer'), async (c) => {
  const { services } = c.var;
  const format = c.req.query('format') ?? 'json';
  const report = await readReport(services, await findRun(services.db, c.req.param('run')));
  c.header('Cache-Control', 'no-store');
  switch (format) {
    case 'json':
      return c.json(report);
    case 'html':
      return c.html(renderHtml(report), 200, {
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
        'X-Content-Type-Options': 'nosniff',
      });
    case 'markdown':
      return c.text(renderMarkdown(report), 200, { 'Content-Type': 'text/markdown; charset=utf-8' });
    default:
      throw new TunegateError('bad_spec', `there is no report format '${format}'`, { where: 'format', remedy: 'use json, html or markdown' });
  }
});
