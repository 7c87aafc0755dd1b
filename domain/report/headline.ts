import { metricName, percent, points } from '../gate/wording.ts';
import type { ReportData } from './report-data.ts';
import { count, figure } from './wording.ts';

type Facts = Omit<ReportData, 'headline'>;

/** What was decided and why, in one sentence that needs no other. */
export function headline(data: Facts): string {
  switch (data.outcome) {
    case 'deployed':
      return deployed(data);
    case 'declined':
      return `Nothing was deployed to ${data.endpoint}: ${why(data)}.`;
    case 'inconclusive':
      return `Nothing was deployed to ${data.endpoint}: ${why(data)}.`;
    case 'rejected':
      return rejected(data);
    case 'failed':
      return `The run failed and nothing was deployed: ${data.error?.message.replace(/\.$/, '') ?? 'the reason is not recorded'}.`;
    case 'cancelled':
      return 'The run was cancelled before anything was decided, and nothing was deployed.';
    case null:
      return data.state === 'waiting-for-approval' && data.roles.offered
        ? `${data.roles.offered === data.gate?.candidate ? 'The tuned model' : 'The untuned arm'} ${data.roles.offered} waits for a person's approval to be deployed to ${data.endpoint}: ${why(data)}.`
        : 'The run is still under way, so nothing is decided yet.';
  }
}

function deployed(data: Facts): string {
  const arm = data.deployment?.arm ?? data.roles.offered ?? 'an arm';
  if (data.gate === null) return `${arm} was deployed to ${data.endpoint}: of the arms without tuning it did best${scored(data, arm)}.`;
  if (arm === data.gate.candidate) return `The tuned model ${arm} was deployed to ${data.endpoint}: ${why(data)}.`;
  return `The untuned arm ${arm} was deployed to ${data.endpoint}, not a tuned model: ${why(data)}.`;
}

function rejected(data: Facts): string {
  const said = data.voices.find((v) => v.verdict === 'reject' && v.counted);
  const arm = data.roles.offered ?? 'what was offered';
  const comment = said?.comment ? `, saying “${said.comment.replace(/\.$/, '')}”` : '';
  return said
    ? `${said.by} rejected ${arm}${comment}; nothing was deployed to ${data.endpoint}.`
    : `Nobody approved ${arm} in time, so nothing was deployed to ${data.endpoint}.`;
}

/** The gate's finding as a clause: the comparison that carried the decision, with its figures. */
function why(data: Facts): string {
  const { gate } = data;
  if (gate === null) return data.roles.offered ? `it did best of the arms without tuning${scored(data, data.roles.offered)}` : 'no arm was offered';
  const deciding = gate.comparisons.toSorted((a, b) => a.difference.value - b.difference.value)[0];
  if (!deciding) return lowerFirst(gate.reasons[0] ?? 'the gate could not compare anything').replace(/\.$/, '');
  const name = metricName(gate.metric);
  const { difference, against } = deciding;
  const interval = `${points(difference.low)} to ${points(difference.high)}`;
  const isFresh = gate.retraining !== undefined && against === 'champion';
  const n = isFresh ? (gate.retraining?.fresh ?? 0) : gate.n;
  const rows = isFresh ? 'fresh labelled rows' : 'test rows';
  const on = isFresh ? `on ${count(n)} labelled rows that neither had ever seen` : `on ${count(n)} test rows it had never seen`;
  if (gate.decision === 'promote') {
    const rival = `${gate.comparisons.length > 1 ? 'its closest rival, ' : ''}${against === 'champion' ? 'the champion' : against}`;
    const relation =
      difference.value > 0
        ? `${points(difference.value).replace('+', '')} points above`
        : difference.value < 0
          ? `${points(difference.value).replace('−', '')} points below`
          : 'equal to';
    return `${on}, its ${name} is ${relation} that of ${rival} (${percent(gate.level)} interval ${interval})`;
  }
  if (gate.decision === 'reject') {
    const { kept, margin = 0, frozen = 0 } = gate.retraining ?? {};
    if (isFresh && kept && kept.high < -margin)
      return `${gate.candidate} lost ${points(kept.value).replace('−', '')} points of ${name} on the ${count(frozen)} test rows that the champion was judged on, more than the ${percent(margin)} that may be lost (interval ${points(kept.low)} to ${points(kept.high)})`;
    const relation = difference.value > 0 ? `only ${points(difference.value)}` : difference.value < 0 ? points(difference.value) : 'no';
    return `${gate.candidate} did not prove better, with ${relation} points of ${name} against ${against} ${on} (interval ${interval})`;
  }
  const needed =
    gate.rowsNeeded === null
      ? ''
      : isFresh
        ? `; about ${count(gate.rowsNeeded)} of them could tell`
        : `; a test of about ${count(gate.rowsNeeded)} rows could tell`;
  return `${count(n)} ${rows} cannot tell whether ${gate.candidate} is better than ${against} (${points(difference.value)} points of ${name}, interval ${interval})${needed}`;
}

function scored(data: Facts, arm: string): string {
  const estimate = data.arms.find((a) => a.name === arm)?.metrics[data.metric];
  return estimate ? `, with ${figure(data.metric, estimate.value)} ${metricName(data.metric)}` : '';
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
