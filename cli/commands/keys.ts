import { Command } from 'commander';
import { roles } from '../../contracts/administration.ts';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { styleOf } from '../console/style.ts';
import { table } from '../console/table.ts';

interface CreateOptions extends CommonOptions {
  readonly role: string[];
}

const create = (): Command =>
  command('create', 'make a key; it is shown once', ['npx tunegate keys create ada --role viewer approver'])
    .argument('<name>', 'whose key it is')
    .option('--role <roles...>', `any of ${roles.join(', ')}, or a role that a pipeline file names in approval`, ['viewer'])
    .action((name: string, options: CreateOptions) =>
      finish(async () => {
        const made = await (await connect()).keys.create({ name, roles: options.role });
        return { document: made, lines: [` ${made.key}`, ` roles: ${made.roles.join(', ')}; the key is not shown again`] };
      }, options),
    );

const list = (): Command =>
  command('list', 'list keys', ['npx tunegate keys list']).action((options: CommonOptions) =>
    finish(async () => {
      const keys = await (await connect()).keys.list();
      const rows = keys.map((k) => [
        k.id,
        k.name,
        k.roles.join(', '),
        k.createdAt.slice(0, 10),
        k.revokedAt ? `revoked ${k.revokedAt.slice(0, 10)}` : 'in force',
      ]);
      return { document: keys, lines: table(['id', 'name', 'roles', 'made', 'state'], rows, styleOf(process.stdout)) };
    }, options),
  );

const revoke = (): Command =>
  command('revoke', 'revoke a key', ['npx tunegate keys revoke 1f0c2a9b7d3e'])
    .argument('<id>', 'the id of the key, as `keys list` shows it')
    .action((id: string, options: CommonOptions) =>
      finish(async () => {
        const revoked = await (await connect()).keys.revoke(id);
        return { document: revoked, lines: [` revoked ${revoked.id} (${revoked.name})`] };
      }, options),
    );

const signing = (): Command =>
  command('signing', 'show the fingerprint that decision records are signed with', ['npx tunegate keys signing']).action((options: CommonOptions) =>
    finish(async () => {
      const keys = await (await connect()).keys.signing();
      const lines = keys.length > 0 ? keys.map((k) => ` ${k.fingerprint}  since ${k.createdAt.slice(0, 10)}`) : [' no record was signed yet'];
      return { document: keys, lines };
    }, options),
  );

/** With the first key alone, approvals are recorded as unverified; a second key configures identities. */
export const keysCommand = (): Command =>
  new Command('keys')
    .description('make, list and revoke API keys')
    .addCommand(create())
    .addCommand(list())
    .addCommand(revoke())
    .addCommand(signing());
