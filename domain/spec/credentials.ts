import { TunegateError } from '../../contracts/errors.ts';
import type { Locate } from './locate.ts';

const userAndPassword = /^[a-z][a-z0-9+.-]*:\/\/[^/\s@]*:[^/\s@]+@/i;
const secretParameter = /[?&](password|passwd|pwd|token|access_token|api[_-]?key|secret|signature|sig|x-amz-signature|x-amz-credential)=/i;

export const holdsCredentials = (text: string): boolean => userAndPassword.test(text) || (text.includes('://') && secretParameter.test(text));

/** Refuses a secret in an address anywhere in the file: it would be stored with the run and shown in reports. */
export function checkCredentials(written: unknown, locate: Locate, path: readonly PropertyKey[] = []): void {
  if (typeof written === 'string') {
    if (!holdsCredentials(written)) return;
    throw new TunegateError('credentials_in_url', 'this address holds a user name with a password, or a key', {
      where: locate(path),
      remedy: "name a connection that the worker knows (connection:NAME), or set the credentials in the worker's environment",
    });
  }
  if (typeof written !== 'object' || written === null) return;
  if (Array.isArray(written))
    written.forEach((item, i) => {
      checkCredentials(item, locate, [...path, i]);
    });
  else for (const [key, value] of Object.entries(written)) checkCredentials(value, locate, [...path, key]);
}
