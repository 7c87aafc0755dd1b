// Adds to package-lock.json the packages for other platforms that npm leaves out when a registry mirror does not know them
// (npm/cli#9342); without them `npm ci` refuses the file. Run it after `npm install NAME`; it changes nothing when nothing is missing.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x'];

const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(path, 'utf8'));

function entryFor(name, version, isDev) {
  const words = name.split('/').pop().split('-');
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  if (!os) return null;
  const libc = words.some((word) => word.startsWith('musl')) ? ['musl'] : words.some((word) => word.startsWith('gnu')) ? ['glibc'] : null;
  return { version, ...(cpu && { cpu: [cpu] }), ...(isDev && { dev: true }), ...(libc && { libc }), optional: true, os: [os] };
}

for (const { optionalDependencies, dev } of Object.values(lock.packages))
  for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
    const isPinned = /^\d/.test(version);
    const entry = isPinned && !lock.packages[`node_modules/${name}`] && entryFor(name, version, dev);
    if (entry) lock.packages[`node_modules/${name}`] = entry;
  }

lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
