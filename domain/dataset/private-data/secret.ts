import type { PrivateSpan } from './find.ts';

/** Published shapes of keys and tokens. */
const shapes: readonly RegExp[] = [
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\s\S]*?(?:-----END (?:[A-Z]+ )*PRIVATE KEY-----|$)/g,
  /\bsk-(?:proj-|ant-|or-)?[A-Za-z0-9_-]{16,}/g,
  /\b(?:sk|pk|rk|whsec)_(?:live|test)?_?[A-Za-z0-9]{16,}\b/g,
  /\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{30,}\b|\bgithub_pat_[A-Za-z0-9_]{30,}\b/g,
  /\bglpat-[A-Za-z0-9_-]{18,}/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g,
  /\b(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}\b/g,
  /\bAIza[A-Za-z0-9_-]{35}/g,
  /\bya29\.[A-Za-z0-9_-]{20,}/g,
  /\bhf_[A-Za-z0-9]{30,}\b/g,
  /\bnpm_[A-Za-z0-9]{30,}\b/g,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
];

/** Values that are named as secrets, where one of the words stands; the group `value` is the secret. */
const words = /token|key|pass|pwd|secret|contrase|bearer/i;
const named: readonly RegExp[] = [
  /\bBearer\s+(?<value>[A-Za-z0-9._~+/-]{16,}=*)/gi,
  /\b(?:api[_ -]?key|access[_ -]?token|auth[_ -]?token|secret(?:[_ -]?key)?|client[_ -]?secret|token|password|passwd|pwd|passcode|passwort|contrase\u00f1a|mot de passe)\s*(?:[:=]|\bis\b)\s*["'`]?(?<value>(?=[^\s"'`]*\d)[^\s"'`,;]{6,})/gi,
];

/** API keys, tokens, passwords that are named as such, and private keys. */
export function findSecrets(text: string): PrivateSpan[] {
  const found: PrivateSpan[] = [];
  for (const shape of words.test(text) ? [...shapes, ...named] : shapes) {
    for (const match of text.matchAll(shape)) {
      const value = (match.groups?.value ?? match[0]).replace(/[.,;:!?)\]]+$/, '');
      const start = match.index + match[0].indexOf(value);
      found.push({ start, end: start + value.length, kind: 'key', value });
    }
  }
  return found;
}
