import { confirm, input, select } from '@inquirer/prompts';
import type { DecisionRequest } from '../../contracts/api.ts';

export type ApprovalAnswer =
  | { readonly verdict: 'approve' | 'reject'; readonly by: string; readonly comment: string | null }
  | { readonly verdict: 'later' };

const filled = (text: string): boolean | string => (text.trim() === '' ? 'A decision names a person.' : true);

/** Asks the person at this terminal, under the view that shows the question and its evidence. Each warning is acknowledged on its own. */
export async function askApproval(decision: DecisionRequest, user: string): Promise<ApprovalAnswer> {
  const verdict = await select({
    message: `May ${decision.arm} be deployed?`,
    choices: [
      { name: 'Yes, deploy it', value: 'approve' as const },
      { name: 'No, keep what is there', value: 'reject' as const },
      { name: 'Decide later', value: 'later' as const },
    ],
  });
  if (verdict === 'later') return { verdict };
  if (verdict === 'approve') {
    for (const warning of decision.acknowledge) {
      if (!(await confirm({ message: `Do you accept: ${warning}?`, default: false }))) return { verdict: 'later' };
    }
  }
  const by = (await input({ message: 'Your name, for the record:', default: user, validate: filled })).trim();
  if (verdict === 'approve') return { verdict, by, comment: null };
  const comment = (await input({ message: 'Why not?', validate: (t) => (t.trim() === '' ? 'A rejection gives a reason.' : true) })).trim();
  return { verdict, by, comment };
}
