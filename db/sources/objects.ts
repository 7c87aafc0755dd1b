import { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import picomatch from 'picomatch';
import { TunegateError } from '../../contracts/errors.ts';
import { isMissingObject, openS3Client, storeRefusal } from '../artifacts/s3-client.ts';
import type { OutsideFile } from './outside-file.ts';

const globCharacters = /[*?[\]{}]/;
const mostObjects = 10_000;

/**
 * The objects that `s3://bucket/key` names, or that `s3://bucket/folder/*.csv` matches, in the order of their keys. Credentials come from the worker's
 * `AWS_*` variables.
 *
 * @throws TunegateError `file_missing`, `not_found` for a bucket, `forbidden`, `bad_spec`
 */
export async function listObjects(address: string): Promise<OutsideFile[]> {
  const [, bucket = '', pattern = ''] = /^s3:\/\/([^/]+)\/(.+)$/i.exec(address) ?? [];
  if (bucket === '') throw new TunegateError('bad_spec', `'${address}' names no object`, { where: address, remedy: 'write s3://BUCKET/KEY' });
  const client = openS3Client();
  const read = (key: string) => async (): Promise<Readable> => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (!(Body instanceof Readable)) throw missing(address);
      return Body;
    } catch (cause) {
      throw isMissingObject(cause) ? missing(address, cause) : storeRefusal(cause, address, 'the source');
    }
  };
  const file = (key: string): OutsideFile => ({ name: `s3://${bucket}/${key}`, read: read(key) });
  const glob = globCharacters.exec(pattern);
  if (glob === null) return [file(pattern)];

  const matches = picomatch(pattern);
  const keys: string[] = [];
  let next: string | undefined;
  do {
    const page = await client
      .send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: pattern.slice(0, glob.index),
          ...(next === undefined ? {} : { ContinuationToken: next }),
        }),
      )
      .catch((cause: unknown) => {
        throw storeRefusal(cause, address, 'the source');
      });
    for (const { Key } of page.Contents ?? []) if (Key !== undefined && matches(Key)) keys.push(Key);
    next = page.NextContinuationToken;
  } while (next !== undefined && keys.length <= mostObjects);
  if (keys.length > mostObjects)
    throw new TunegateError('bad_spec', `more than ${mostObjects} objects match`, {
      where: address,
      remedy: 'name a narrower pattern, or fewer and larger files',
    });
  if (keys.length === 0) throw missing(address);
  return keys.sort().map(file);
}

const missing = (address: string, cause?: unknown) =>
  new TunegateError('file_missing', 'no object is there', { where: address, remedy: 'check the key and the bucket, and AWS_ENDPOINT_URL', cause });
