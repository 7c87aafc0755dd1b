import type { ReportData } from '../../report-data.ts';
import { moment } from '../../wording.ts';
import { html, type Markup } from '../markup.ts';
import { code, section, type Section } from '../section.ts';
import { table } from '../table.ts';

/** What this report rests on, by hash: the same hash is the same content, wherever it lies. */
export function lineageSection(data: ReportData): Section {
  const { lineage, jobs, voices } = data;
  const facts: readonly (readonly [string, string | null])[] = [
    ['run', data.run],
    ['started', moment(data.createdAt)],
    ['ended', data.endedAt ? moment(data.endedAt) : null],
    ['requested by', data.requestedBy],
    ['specification', lineage.spec],
    ['dataset', lineage.dataset],
    ['training rows', lineage.train],
    ['validation rows', lineage.validation],
    ['test rows', lineage.test],
    ['fresh rows', lineage.fresh ?? null],
    ["the gate's evidence", lineage.evidence],
    ['signed decision record', lineage.record],
    ...Object.entries(lineage.versions).map(([name, version]) => [name, version] as const),
  ];
  const known = facts.flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, value]]));
  return section(
    'lineage',
    'Lineage',
    'Everything that this report rests on, by the hash of its content: whoever holds the artifact store can check each of them.',
    html`<dl class="lineage">${known.map(([name, value]) => html`<div><dt>${name}</dt><dd>${code(value)}</dd></div>`)}</dl>`,
    lineage.arms.length > 0 &&
      table(
        'Arms',
        [
          { head: 'Arm', cell: (a) => a.name },
          { head: 'Artifact', cell: (a) => code(a.artifact) },
          { head: 'Its answers', cell: (a) => (a.predictions ? code(a.predictions) : '–') },
        ],
        lineage.arms,
        { className: 'hashes' },
      ),
    jobs.length > 0 &&
      table(
        'Training keys',
        [
          { head: 'Job', cell: (j) => j.candidate },
          { head: 'Key', cell: (j) => code(j.key) },
        ],
        jobs,
        { className: 'hashes' },
      ),
    voices.length > 0 && voicesTable(voices),
  );
}

const voicesTable = (voices: ReportData['voices']): Markup =>
  table(
    'Who said what about the decision',
    [
      { head: 'Who', cell: (v) => v.by },
      { head: 'Said', cell: (v) => v.verdict },
      { head: 'When', cell: (v) => moment(v.at) },
      { head: 'Identity', cell: (v) => (v.verified ? 'verified' : 'not verified') },
      { head: 'Counted', kind: 'text', cell: (v) => (v.counted ? 'yes' : `no: ${v.refusedBecause ?? 'refused'}`) },
      { head: 'Comment', kind: 'text', cell: (v) => v.comment ?? '–' },
    ],
    voices,
  );
