import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openArtifacts } from '../../../db/artifacts/open.ts';
import { hashBytes } from '../../../db/artifacts/store.ts';
import { collect } from '../../support/collect.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const hello = Buffer.from('hello');
const helloRef = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

async function folderStoreOnDisk() {
  const root = await temporaryFolder();
  return { root, store: openArtifacts(pathToFileURL(root).href) };
}

describe('the artifact folder', () => {
  it('names content by its SHA-256 and gives back the same bytes', async () => {
    const { store } = await folderStoreOnDisk();
    expect(await store.put(hello)).toBe(helloRef);
    expect(Buffer.from(await store.get(helloRef))).toEqual(hello);
    expect(await store.has(helloRef)).toBe(true);
  });

  it('keeps one copy however often and however many at once the same content is put', async () => {
    const { root, store } = await folderStoreOnDisk();
    await Promise.all(Array.from({ length: 20 }, () => store.put(hello)));
    expect(await readdir(join(root, '2c', 'f2'))).toHaveLength(1);
    expect(await readdir(join(root, 'incoming'))).toEqual([]);
  });

  it('gives equal references to equal values, whatever the order of their keys', async () => {
    const { store } = await folderStoreOnDisk();
    const ref = await store.putJson({ b: 1, a: [1, 2] });
    expect(await store.putJson({ a: [1, 2], b: 1 })).toBe(ref);
    expect(await store.getJson(ref)).toEqual({ a: [1, 2], b: 1 });
  });

  it('streams lines in and out, also where a character is split between two pieces', async () => {
    const { store } = await folderStoreOnDisk();
    const rows = Array.from({ length: 50_000 }, (_, i) => ({ id: i, text: `zeile ${i} – ü€😀` }));
    const ref = await store.putLines(rows);
    const read = await collect(store.getLines<{ id: number; text: string }>(ref));
    expect(read).toEqual(rows);
  });

  it('hashes a stream as it hashes the same bytes at once', async () => {
    const { store } = await folderStoreOnDisk();
    const pieces = [Buffer.from('he'), Buffer.from('llo')];
    expect(await store.putStream(pieces)).toBe(helloRef);
  });

  it('refuses content that was changed on the disk, whole and streamed', async () => {
    const { root, store } = await folderStoreOnDisk();
    await store.put(hello);
    await writeFile(join(root, '2c', 'f2', helloRef.slice(7)), 'jello');
    await expect(store.get(helloRef)).rejects.toMatchObject({ code: 'artifact_corrupt', where: expect.stringContaining('2c/f2') });
    await expect(collect(store.open(helloRef))).rejects.toMatchObject({ code: 'artifact_corrupt' });
  });

  it('says what is missing', async () => {
    const { store } = await folderStoreOnDisk();
    const absent = hashBytes(Buffer.from('never stored'));
    expect(await store.has(absent)).toBe(false);
    await expect(store.get(absent)).rejects.toMatchObject({ code: 'artifact_missing', remedy: expect.stringContaining('ARTIFACTS_URL') });
    await expect(collect(store.open(absent))).rejects.toMatchObject({ code: 'artifact_missing' });
    await expect(store.get('sha256:../../etc/passwd')).rejects.toMatchObject({ code: 'artifact_missing' });
  });

  it('leaves nothing behind when the source of a stream breaks off', async () => {
    const { root, store } = await folderStoreOnDisk();
    const broken = (async function* () {
      yield Buffer.from('half');
      throw new Error('source broke');
    })();
    await expect(store.putStream(broken)).rejects.toThrow('source broke');
    expect(await readdir(join(root, 'incoming'))).toEqual([]);
  });

  it('reports a full disk as such', async () => {
    const { store } = await folderStoreOnDisk();
    const full = (async function* () {
      yield Buffer.from('x');
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    })();
    await expect(store.putStream(full)).rejects.toMatchObject({ code: 'disk_full' });
  });
});

describe('the address of an artifact store', () => {
  it('may hold no credentials', () => {
    expect(() => openArtifacts('s3://key:secret@bucket/prefix')).toThrow(expect.objectContaining({ code: 'credentials_in_url' }));
  });

  it('is refused when nothing can be stored there', () => {
    expect(() => openArtifacts('gopher://x')).toThrow(expect.objectContaining({ code: 'not_supported' }));
  });
});
