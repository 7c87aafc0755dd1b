import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TunegateError } from '../contracts/errors.ts';

/**
 * The installation's Ed25519 key: `TUNEGATE_SIGNING_KEY` (PEM) where several machines sign alike, else a file of mode 0600 that is made at first need.
 * Two workers that start at once end with one file.
 *
 * @throws TunegateError `key_missing` where what is given is no Ed25519 private key
 */
export function openSigningKey(pem: string | null, file: string): KeyObject {
  if (pem !== null) return ed25519(pem, 'TUNEGATE_SIGNING_KEY');
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file)) {
    // A link appears whole or not at all, so that nobody reads half a key.
    const draft = `${file}.${randomUUID()}`;
    writeFileSync(draft, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      unlinkSync(draft);
    }
  }
  return ed25519(readFileSync(file, 'utf8'), file);
}

function ed25519(pem: string, where: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below in one way for all that is wrong with it.
  }
  throw new TunegateError('key_missing', 'this is not an Ed25519 private key in PEM', {
    where,
    remedy: 'make one with: openssl genpkey -algorithm ed25519',
  });
}
