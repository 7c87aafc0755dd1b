import { strip } from '../../charts/strip.ts';
import { percentScale } from '../../charts/svg.ts';
import type { FieldReport, ReportData } from '../../report-data.ts';
import { count, figure, range } from '../../wording.ts';
import { html } from '../markup.ts';
import { armName, estimate, roleOf } from '../roles.ts';
import { section, type Section } from '../section.ts';
import { type Column, table } from '../table.ts';

/** Of an extraction: which fields an arm fills rightly, and which not. */
export function fieldsSection(data: ReportData): Section | null {
  const { fields, roles } = data;
  const { shown } = roles;
  if (fields.length === 0 || shown === null) return null;
  const of = (field: FieldReport, arm: string) => field.arms.find((a) => a.arm === arm)?.f1 ?? undefined;
  const arms = [...new Set(fields.flatMap((field) => field.arms.map((a) => a.arm)))];
  const scale = percentScale(Math.min(0.9, ...fields.map((field) => of(field, shown)?.low ?? 1)), 1, { count: 4 });
  const ends = `${shown}, from ${figure('f1', scale.low)} to ${figure('f1', scale.high)}`.replaceAll('.0 %', ' %');
  const chart: Column<FieldReport> = {
    head: ends,
    kind: 'chart',
    cell: (field) => {
      const f1 = of(field, shown);
      if (f1 === undefined) return '–';
      const title = `${field.field}: F1 ${figure('f1', f1.value)}, interval ${range('f1', f1)}`;
      return strip(scale, { estimate: f1, role: roleOf(data, shown), title });
    },
  };
  return section(
    'fields',
    'Field by field',
    html`How well each arm fills each field, weakest of <b>${shown}</b> first. Of a field that every row has once, this is the share of rows in which it is right.`,
    table(
      'F1 of each field',
      [
        { head: 'Field', cell: (field) => html`${field.field}` },
        { head: 'Test rows', kind: 'number', cell: (field) => count(field.support) },
        ...arms.map((arm): Column<FieldReport> => ({ head: armName(data, arm), kind: 'number', cell: (field) => estimate('f1', of(field, arm)) })),
        chart,
      ],
      fields.toSorted((a, b) => (of(a, shown)?.value ?? 0) - (of(b, shown)?.value ?? 0)),
    ),
  );
}
