import { Hono } from 'hono';
import { TunegateError } from '../../contracts/errors.ts';
import type { SignedRecord } from '../../contracts/record.ts';
import { recordOf } from '../../db/queries/records.ts';
import { findRun } from '../../db/queries/runs.ts';
import { renderHtml } from '../../domain/report/html/page.ts';
import { renderMarkdown } from '../../domain/report/markdown/render.ts';
import type { ListedRows, ReportData } from '../../domain/report/report-data.ts';
import { readReport } from '../report/read-report.ts';
import { needs } from '../security/authenticate.ts';
import type { AppEnv } from '../services.ts';

function listedRows({ run, mistakes, changes }: ReportData, which: string): ListedRows {
  if (which === 'wrong')
    return {
      run,
      which,
      kind: mistakes?.kind ?? 'wrong',
      n: mistakes?.n ?? 0,
      total: mistakes?.total ?? 0,
      arm: mistakes?.arm ?? null,
      rows: mistakes?.rows ?? [],
    };
  if (which === 'changed')
    return { run, which, n: changes?.n ?? 0, total: changes?.rows.length ?? 0, arm: changes?.candidate ?? null, rows: changes?.rows ?? [] };
  throw new TunegateError('bad_spec', `there is no list of rows '${which}'`, { where: 'rows', remedy: 'use wrong or changed' });
}

/**
 * `GET /api/runs/:run/report?format=json|html|markdown|record`; with `rows=wrong|changed` all such test rows instead. The HTML is one file that fetches nothing; it holds test rows, so nobody may cache it.
 */
export const reportRoute = new Hono<AppEnv>().get('/:run/report', needs('viewer'), async (c) => {
  const { services } = c.var;
  const format = c.req.query('format') ?? 'json';
  const rows = c.req.query('rows');
  const report = await readReport(
    services,
    await findRun(services.db, c.req.param('run')),
    rows === undefined ? undefined : Number.POSITIVE_INFINITY,
  );
  c.header('Cache-Control', 'no-store');
  if (rows !== undefined) return c.json(listedRows(report, rows));
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
    case 'record': {
      const ref = await recordOf(services.db, report.run);
      if (ref === null)
        throw new TunegateError('not_found', 'this run has no decision record', {
          where: report.run,
          remedy: 'a record is written when a run that reached its gate has ended',
        });
      return c.json(await services.artifacts.getJson<SignedRecord>(ref));
    }
    default:
      throw new TunegateError('bad_spec', `there is no report format '${format}'`, { where: 'format', remedy: 'use json, html, markdown or record' });
  }
});
