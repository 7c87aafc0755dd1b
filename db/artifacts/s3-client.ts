import { S3Client } from '@aws-sdk/client-s3';
import { TunegateError } from '../../contracts/errors.ts';

/**
 * A client by the standard `AWS_*` variables. With `AWS_ENDPOINT_URL` or `AWS_ENDPOINT_URL_S3` set, buckets are addressed by path, as most self-hosted
 * stores want it.
 */
export const openS3Client = (): S3Client =>
  new S3Client({
    forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL),
    region: process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1',
    // Newer checksums are unknown to many compatible stores.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });

/** Whether a store said that there is no such object. */
export const isMissingObject = (cause: unknown): boolean => cause instanceof Error && ['NoSuchKey', 'NotFound'].includes(cause.name);

/** A store's refusal in our words; any other error as it came. @param namedBy the setting that names the bucket */
export function storeRefusal(cause: unknown, where: string, namedBy: string): unknown {
  if (!(cause instanceof Error) || cause instanceof TunegateError) return cause;
  if (cause.name === 'NoSuchBucket')
    return new TunegateError('not_found', `the bucket of ${namedBy} does not exist`, { where, remedy: `create it, or correct ${namedBy}`, cause });
  if (/Credential|AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|Forbidden/.test(cause.name))
    return new TunegateError('forbidden', `the object store refused: ${cause.message}`, {
      where,
      remedy: 'check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the bucket policy',
      cause,
    });
  return cause;
}
