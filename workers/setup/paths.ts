import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds `package.json`. */
export const checkoutRoot = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '');

/** What set-up downloads that is neither an npm package nor the trainer's environment. Not under git. */
export const toolsFolder = resolve(checkoutRoot, '.tunegate-tools');

export const trainerPython = resolve(checkoutRoot, 'trainer/.venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** Where a stack keeps its state: `TUNEGATE_HOME`, else `.tunegate` at the checkout's root. */
export function tunegateHome(environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(environment.TUNEGATE_HOME || resolve(checkoutRoot, '.tunegate'));
}
