import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkoutRoot } from '../../workers/setup/paths.ts';

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly command?: readonly string[];
  readonly restart?: string;
}

const read = (path: string) => readFileSync(join(checkoutRoot, path), 'utf8');
const file = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service>; volumes: Record<string, unknown> };
const services = Object.entries(file.services);

describe('docker-compose.yml', () => {
  it('has every part of the real thing', () => {
    expect(Object.keys(file.services)).toEqual(
      expect.arrayContaining(['postgres', 'temporal', 'temporal-postgres', 'temporal-ui', 'storage', 'migrations', 'server', 'worker', 'trainer']),
    );
  });

  it.each(services)('pins the image of %s or builds it from what is here', (_name, service) => {
    expect(service.image).toMatch(/:[^:]*\d/);
    expect(service.image).not.toMatch(/latest/);
    if (service.build) expect(existsSync(join(checkoutRoot, service.build.context, service.build.dockerfile))).toBe(true);
  });

  it.each(services)('lets %s wait only for what exists and can come to be', (_name, service) => {
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      const needed = file.services[name];
      expect(needed, name).toBeDefined();
      expect(needed?.profiles, `${name} may not be there`).toBeUndefined();
      if (condition === 'service_healthy') expect(needed?.healthcheck, name).toBeDefined();
      else expect(condition).toBe('service_completed_successfully');
      if (condition === 'service_completed_successfully') expect(needed?.restart).toMatch(/^on-failure/);
    }
  });

  it.each(services)('declares the volumes of %s, and mounts only files that exist', (_name, service) => {
    for (const volume of service.volumes ?? []) {
      const source = volume.split(':')[0] ?? '';
      if (source.startsWith('./')) expect(existsSync(join(checkoutRoot, source)), source).toBe(true);
      else expect(file.volumes).toHaveProperty(source);
    }
  });

  it('publishes ports on this machine only', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('starts the trainer with the profile `gpu` and nothing else with a profile', () => {
    expect(services.filter(([, service]) => service.profiles).map(([name, service]) => [name, service.profiles])).toEqual([['trainer', ['gpu']]]);
  });

  it.each(['migrations', 'server', 'worker'])('gives %s a command that exists and is in the image', (name) => {
    const [script] = file.services[name]?.command ?? [];
    expect(existsSync(join(checkoutRoot, script ?? ''))).toBe(true);
    const copied = [...read('deploy/Dockerfile').matchAll(/^COPY (?:--from\S+ )?(\S+)/gm)].map((match) => match[1] ?? '');
    expect(copied.some((source) => script === source || script?.startsWith(`${source}/`))).toBe(true);
  });

  it('sets only variables that the code, or a library that it uses, reads', () => {
    const code = globSync(['{server,workers,providers,db,deploy}/**/*.ts', 'trainer/*.py'], { cwd: checkoutRoot }).map(read).join('\n');
    const ofLibraries = /^(AWS_(ENDPOINT_URL|REGION|ACCESS_KEY_ID|SECRET_ACCESS_KEY)|TEMPORAL_(ADDRESS|NAMESPACE))$/;
    const ours = [...services].filter(([, service]) => service.build).flatMap(([, service]) => Object.keys(service.environment ?? {}));
    expect([...new Set(ours)].filter((name) => !ofLibraries.test(name) && !code.includes(name))).toEqual([]);
  });

  it.each(['deploy/Dockerfile', 'deploy/trainer.Dockerfile'])('%s copies what exists and does not run as root', (path) => {
    const dockerfile = read(path);
    const stages = dockerfile.split(/^FROM /m);
    expect(stages.at(-1)).toMatch(/^USER (?!root)\w+/m);
    for (const [, from, sources] of dockerfile.matchAll(/^COPY (--from=\S+ )?(.*) \S+$/gm)) {
      if (!from) for (const source of sources?.split(' ') ?? []) expect(existsSync(join(checkoutRoot, source)), source).toBe(true);
    }
  });
});
