import type { Command } from 'commander';
import type { MonitoringCheck } from '../../contracts/monitoring.ts';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { type Style, styleOf } from '../console/style.ts';
import { plural } from '../console/text.ts';

export const monitorCommand = (): Command =>
  command('monitor', 'say what the last looks at a served model found: drift, agreement, new rows, retirement', [
    'npx tunegate monitor support-triage',
    'npx tunegate monitor support-triage --json',
  ])
    .argument('<endpoint>', 'the endpoint')
    .action((endpoint: string, options: CommonOptions) =>
      finish(async () => {
        const checks = await (await connect()).endpoints.checks(endpoint);
        const style = styleOf(process.stdout);
        const none = [
          ' nobody has looked yet: monitoring runs by a schedule, which `tunegate schedule create FILE` makes where the file names monitoring.retrain',
        ];
        return { document: checks, lines: checks.length === 0 ? none : checks.slice(0, 5).flatMap((check) => linesOf(check, style)) };
      }, options),
    );

function linesOf(check: MonitoringCheck, style: Style): string[] {
  const { at, requests, unparseable, drift, agreement, newRows, shutdown, reasons, heldBack, run } = check;
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return [
    ` ${style.strong(at.slice(0, 16).replace('T', ' '))} UTC  ${plural(requests, 'captured request')}${unparseable > 0 ? `, ${unparseable} not parseable` : ''}`,
    ...(drift.note === null ? [] : [`   ${style.dim(drift.note)}`]),
    ...drift.features.map(
      (f) =>
        `   ${f.name}: PSI ${f.psi.toFixed(3)}, by chance up to ${f.chance.toFixed(3)} ${f.isDrifted ? style.warn('drifted') : style.dim('no drift shown')}`,
    ),
    ...(agreement
      ? [
          `   agrees with ${agreement.against} on ${percent(agreement.sample.share)} of ${agreement.sample.n} requests, on the test rows ${percent(agreement.test.share)}${agreement.hasDropped ? ` ${style.warn('less than it did')}` : ''}`,
        ]
      : []),
    ...(newRows === null ? [] : [`   ${plural(newRows, 'row')} of the source that its dataset does not have`]),
    ...(shutdown === null ? [] : [`   its base model stops answering on ${shutdown}`]),
    ...reasons.map((reason) => `   ${style.warn('retrain:')} ${reason}`),
    ...(heldBack === null ? [] : [`   ${style.dim(`not started: ${heldBack}`)}`]),
    ...(run === null ? [] : [`   started ${run}`]),
    '',
  ];
}
