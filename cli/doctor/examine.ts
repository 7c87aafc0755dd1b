import { platformChecks } from './platform.ts';
import { portChecks } from './ports.ts';
import { stackChecks } from './stack.ts';

/** `absent` is fine: it comes when it is needed, or nothing runs just now. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'absent' | 'wrong';
  readonly found: string;
  readonly remedy: string | null;
}

/** Looks, and changes nothing. */
export async function examine(home: string): Promise<Check[]> {
  const lists = await Promise.all([platformChecks(home), portChecks(home), stackChecks(home)]);
  return lists.flat();
}
