import type { Command } from 'commander';
import type { EndpointVersion } from '../../contracts/api.ts';
import { connect } from '../connect.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { styleOf } from '../console/style.ts';
import { table } from '../console/table.ts';
import { endpointsCheckCommand } from './endpoints-check.ts';

const versionOf = (v: EndpointVersion | null): string => (v ? `${v.arm} (${v.artifact.slice(7, 15)})` : '–');

export const endpointsCommand = (): Command =>
  command('endpoints', 'list endpoints and what they serve', ['npx tunegate endpoints', 'npx tunegate endpoints check support-triage'])
    .addCommand(endpointsCheckCommand())
    .action((options: CommonOptions) =>
      finish(async () => {
        const endpoints = await (await connect()).endpoints.list();
        const rows = endpoints.map((e) => [
          e.endpoint,
          versionOf(e.champion),
          e.canary ? `${versionOf(e.canary)} ${Math.round(e.canary.share * 100)} %` : '–',
          versionOf(e.previous),
          e.champion?.approvedBy ?? '–',
        ]);
        return {
          document: endpoints,
          lines:
            rows.length === 0
              ? [' nothing is deployed yet']
              : table(['endpoint', 'champion', 'canary', 'previous', 'approved by'], rows, styleOf(process.stdout)),
        };
      }, options),
    );
