import type { Command } from 'commander';
import { TunegateError } from '../../contracts/errors.ts';
import type { DecisionRecord, VerifiedRecord } from '../../contracts/record.ts';
import { verifyRecord } from '../../domain/gate/sign-record.ts';
import { command } from '../console/common-options.ts';
import { type CommonOptions, finish } from '../console/result.ts';
import { readBytes } from '../files/read-file.ts';

interface VerifyOptions extends CommonOptions {
  readonly key: string;
}

/** Needs no stack and no network: the record, the fingerprint, and this program. */
export const verifyCommand = (): Command =>
  command('verify', 'check that a decision record is genuine, on any machine', [
    'npx tunegate verify record.json --key sha256:4f2a…',
    'npx tunegate report latest --record record.json   # where the run was made',
    'npx tunegate keys signing                         # and there, the fingerprint',
  ])
    .argument('<record>', 'the file that `report --record` wrote')
    .requiredOption('--key <fingerprint>', 'of the key that must have signed it, as `keys signing` shows it there')
    .action((file: string, options: VerifyOptions) =>
      finish(async () => {
        const record = verifyRecord(parse(file, await readBytes(file)), options.key);
        const document = summaryOf(record, options.key);
        return { document, lines: linesOf(record, document) };
      }, options),
    );

function parse(file: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new TunegateError('record_invalid', 'the file is no JSON', {
      where: file,
      remedy: 'write one with: tunegate report RUN --record FILE',
      cause,
    });
  }
}

const summaryOf = (record: DecisionRecord, fingerprint: string): VerifiedRecord => ({
  valid: true,
  fingerprint,
  run: record.run,
  outcome: record.outcome,
  decision: record.gate?.decision ?? null,
  artifact: record.deployed?.artifact ?? record.model?.artifact ?? null,
  approvedBy: record.approval.given.filter(({ verdict }) => verdict === 'approve').map(({ by, verified }) => ({ by, verified })),
  endedAt: record.endedAt,
});

function linesOf(record: DecisionRecord, { approvedBy }: VerifiedRecord): string[] {
  const names = approvedBy.map(({ by, verified }) => `${by} (${verified ? 'verified' : 'not verified'})`).join(', ');
  return [
    ` genuine: ${record.run}, ${record.outcome}`,
    ` gate: ${record.gate ? `${record.gate.decision} ${record.gate.candidate}` : 'nothing was tuned'}`,
    ...(record.gate?.reasons ?? []).map((reason) => `   ${reason}`),
    ` approved by: ${names || 'nobody'}`,
    ` deployed: ${record.deployed ? `${record.deployed.arm} (${record.deployed.artifact})` : 'nothing'}`,
    ` dataset: ${record.dataset.hash}`,
    ` evidence: ${record.evidence}`,
  ];
}
