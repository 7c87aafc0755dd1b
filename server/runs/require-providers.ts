import { TunegateError } from '../../contracts/errors.ts';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';
import { controlNames } from '../../domain/training/controls.ts';
import { providerNames, providerRow } from '../../providers/index.ts';

/** A provider that does not exist has no worker either: its steps would wait for ever. Keys are checked by the workers, which hold them. */
export function requireProviders(spec: PipelineSpec): void {
  const ofModel = (model: string) => model.split('/')[0] ?? model;
  const named: [string, string | undefined][] = [
    ...spec.candidates.tuned.map(({ provider }, i): [string, string] => [`candidates.tuned[${i}].provider`, provider]),
    ['synthesis.teacher', spec.synthesis && ofModel(spec.synthesis.teacher)],
    ['synthesis.judge', spec.synthesis?.judge && ofModel(spec.synthesis.judge)],
    ['evaluation.judge.model', spec.evaluation.judge && ofModel(spec.evaluation.judge.model)],
    ['deployment.target', spec.deployment.target],
  ];
  for (const [where, provider] of named) {
    if (provider === undefined || providerNames.includes(provider)) continue;
    throw new TunegateError('not_supported', `there is no provider '${provider}'`, { where, remedy: `use one of: ${providerNames.join(', ')}` });
  }
  for (const [i, tuned] of spec.candidates.tuned.entries()) requireMethod(tuned, `candidates.tuned[${i}]`);
}

/** What a provider cannot do is said before a row is prepared. */
function requireMethod(tuned: PipelineSpec['candidates']['tuned'][number], where: string): void {
  const { provider, method } = tuned;
  const row = providerRow(provider);
  if (!row) return;
  if (row.refusal) throw new TunegateError('not_supported', row.refusal.message, { where: `${where}.provider`, remedy: row.refusal.remedy });
  if (!row.capabilities.methods.includes(method))
    throw new TunegateError('not_supported', `${row.title} does not tune by '${method}'`, {
      where: `${where}.method`,
      remedy: `write method: ${row.capabilities.methods.join(' or ')}`,
    });
  const unheeded = controlNames.find((name) => tuned[name] !== undefined && !row.capabilities.controls?.includes(name));
  if (unheeded)
    throw new TunegateError('not_supported', `${row.title} does not heed '${unheeded}'`, { where: `${where}.${unheeded}`, remedy: 'leave it out' });
}
