import type { Command } from 'commander';
import type { AuditEntry } from '../../contracts/administration.ts';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { type Style, styleOf } from '../console/style.ts';
import { wholeNumber } from '../console/whole-number.ts';

interface Options extends CommonOptions {
  readonly limit: string;
}

export const auditCommand = (): Command =>
  command('audit', 'say who did what, and when: decisions, refusals, deployments, keys, schedules', [
    'npx tunegate audit',
    'npx tunegate audit latest',
    'npx tunegate audit endpoint/support-triage --json',
  ])
    .argument('[subject]', 'a run (an id, the beginning of one, or latest), endpoint/NAME, key/ID or schedule/NAME; default: everything')
    .option('--limit <n>', 'how many entries', '50')
    .action((subject: string | undefined, options: Options) =>
      finish(async () => {
        const entries = await (await connect()).audit({
          limit: wholeNumber('--limit', options.limit, 'entries'),
          ...(subject === undefined ? {} : { subject }),
        });
        const style = styleOf(process.stdout);
        return {
          document: entries,
          lines:
            entries.length === 0 ? [' nothing is recorded yet'] : entries.toReversed().map((entry) => entryLine(entry, subject !== undefined, style)),
        };
      }, options),
    );

/** One line, oldest first, so that the log reads downwards. */
function entryLine({ at, actor, action, subject, detail }: AuditEntry, isOneSubject: boolean, style: Style): string {
  const said = Object.entries(detail).flatMap(([name, value]) => wordsOf(name, value));
  const what = isOneSubject ? '' : ` ${subject}`;
  const time = style.dim(at.slice(0, 19).replace('T', ' '));
  return ` ${time}  ${style.strong(actor)} ${action}${what}${said.length > 0 ? style.dim(` · ${said.join(' · ')}`) : ''}`;
}

const names: Readonly<Record<string, string>> = {
  refusedBecause: 'because',
  expiresAt: 'until',
  escalatedTo: 'escalated to',
  addMicroUsd: 'micro-dollars',
};

function wordsOf(name: string, value: unknown): string[] {
  if (value === null || value === undefined || value === '' || name === 'messageId' || (Array.isArray(value) && value.length === 0)) return [];
  if (name === 'verified') return [value === true ? 'identity verified' : 'identity not verified'];
  const text =
    typeof value === 'string'
      ? value.replace(/^(sha256:[0-9a-f]{8})[0-9a-f]{56}$/, '$1…')
      : Array.isArray(value)
        ? value.join(', ')
        : JSON.stringify(value);
  return [`${names[name] ?? name} ${text}`];
}
