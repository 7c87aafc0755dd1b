import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { PipelineSpec } from '../../contracts/pipeline-spec.ts';

/** SHA-256, 64 hex digits, of the spec with its defaults as canonical JSON (RFC 8785): the order of keys and how they are written do not matter. */
export function hashSpec(spec: PipelineSpec): string {
  return createHash('sha256')
    .update(canonicalize(spec) ?? '')
    .digest('hex');
}
