import { existsSync, readFileSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { checkoutRoot, toolsFolder } from '../setup/paths.ts';

/** Opens the embedded database's folder; a new one is made complete under another name first, so that a kill leaves nothing half-made. */
export async function openEmbeddedDatabase(folder: string): Promise<PGlite> {
  if (!existsSync(folder)) await make(folder);
  if (!existsSync(join(folder, 'PG_VERSION'))) throw new Error(`${folder} is not a database; move it away, or set TUNEGATE_HOME to another folder`);
  return open(folder);
}

function open(folder: string): Promise<PGlite> {
  return PGlite.create({ dataDir: folder, extensions: { vector } });
}

/** Making an empty database takes seconds of computing, copying one a tenth of a second: the first is kept for all later homes. */
async function make(folder: string): Promise<void> {
  const unfinished = `${folder}.new`;
  const template = join(toolsFolder, `empty-database-${versionOf('pglite')}-${versionOf('pglite-pgvector')}`);
  await rm(unfinished, { recursive: true, force: true });
  if (existsSync(template)) {
    await cp(template, unfinished, { recursive: true });
  } else {
    const db = await open(unfinished);
    await db.query('create extension vector');
    await db.close();
    await keep(unfinished, template);
  }
  await rename(unfinished, folder);
}

async function keep(made: string, template: string): Promise<void> {
  const copy = `${template}.${process.pid}`;
  try {
    await cp(made, copy, { recursive: true });
    await rename(copy, template);
  } catch {
    // Another process kept one first, or the checkout may not be written: only the next home's seconds are lost.
    await rm(copy, { recursive: true, force: true }).catch(() => undefined);
  }
}

function versionOf(name: string): string {
  const path = join(checkoutRoot, 'node_modules', '@electric-sql', name, 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
