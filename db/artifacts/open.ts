import { fileURLToPath } from 'node:url';
import { TunegateError } from '../../contracts/errors.ts';
import { folderStore } from './folder.ts';
import { s3Store } from './s3.ts';
import type { ArtifactStore } from './store.ts';

/**
 * The store that an address names: `file:///folder` or `s3://bucket/prefix`. Credentials come from the environment, never from the address.
 *
 * @example const artifacts = openArtifacts(process.env.ARTIFACTS_URL ?? 'file:///var/lib/tunegate/artifacts');
 */
export function openArtifacts(url: string): ArtifactStore {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.username || parsed?.password) {
    throw new TunegateError('credentials_in_url', 'ARTIFACTS_URL holds credentials', {
      where: 'ARTIFACTS_URL',
      remedy: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead',
    });
  }
  if (parsed?.protocol === 'file:') return folderStore(fileURLToPath(parsed));
  if (parsed?.protocol === 's3:') return s3Store({ bucket: parsed.hostname, prefix: parsed.pathname.replace(/^\/+|\/+$/g, '') });
  throw new TunegateError('not_supported', `'${url}' is not an address of an artifact store`, {
    where: 'ARTIFACTS_URL',
    remedy: 'write file:///folder or s3://bucket/prefix',
  });
}
