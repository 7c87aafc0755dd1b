/** An approved artifact becomes an endpoint's champion, through the workflow that owns the alias. */
import { Context } from '@temporalio/activity';
import type { Artifact } from '../../contracts/artifact.ts';
import { TunegateError } from '../../contracts/errors.ts';
import type { PipelinePlan } from '../../contracts/plan.ts';
import type { ArtifactRef } from '../../contracts/run.ts';
import { audit } from '../../db/queries/audit.ts';
import { gatewayCountsOf, recordDeployment, writeEndpoint } from '../../db/queries/endpoints.ts';
import { isShownToFail } from '../../domain/endpoint/judge-canary.ts';
import type { EndpointState, Version } from '../../domain/endpoint/reducer.ts';
import type { ActivityDeps } from '../deps.ts';
import { withMappedErrors } from '../errors.ts';
import { keepBeating } from '../progress.ts';
import { deployModel } from './model.ts';
import { leaveDeployments } from './take-down.ts';

export interface PromoteInput {
  readonly run: string;
  readonly endpoint: string;
  readonly arm: string;
  readonly artifact: ArtifactRef;
  readonly approvedBy: string;
  readonly canary: PipelinePlan['canary'];
}

/** What the gateway counted of a version: all requests, and those that failed for its own sake. */
export interface CanaryHealth {
  readonly served: number;
  readonly failed: number;
  readonly errorRate: number;
  readonly isShownToFail: boolean;
}

export const createDeploymentActivities = (deps: ActivityDeps) =>
  withMappedErrors({
    /** Returns once the artifact is champion; with a canary that is after its trial. */
    async promoteArm(input: PromoteInput): Promise<void> {
      const stop = keepBeating();
      try {
        const signal = Context.current().cancellationSignal;
        await deployModel(deps, input.run, await deps.store.getJson<Artifact>(input.artifact), signal);
        const { strategy, ...canary } = input.canary;
        const { run, arm, artifact, approvedBy } = input;
        const receipt = await deps.promote(input.endpoint, { run, arm, artifact, approvedBy, strategy, canary }, signal);
        if (!receipt.live)
          throw new TunegateError('job_failed', `the deployment was taken back: ${receipt.reason}`, {
            where: input.endpoint,
            remedy: 'the champion before it serves on; see `tunegate endpoints`',
          });
      } finally {
        stop();
      }
    },

    async takeDownIdle({ run, provider }: { run: string; provider: string }): Promise<void> {
      const stop = keepBeating();
      return leaveDeployments(deps, run, provider, Context.current().cancellationSignal).finally(stop);
    },

    /** Takes back what a cancelled run has put on trial; what is champion already stays. */
    async withdrawArm({ run, endpoint }: { run: string; endpoint: string }): Promise<void> {
      await deps.withdraw(endpoint, run);
    },

    async recordEndpoint(input: {
      name: string;
      state: EndpointState;
      action: string;
      by: string;
      version: Version | null;
      reason?: string | null;
    }): Promise<void> {
      const { name, state, action, by, version, reason } = input;
      await writeEndpoint(deps.db, { name, ...state });
      if (version)
        await recordDeployment(deps.db, {
          endpoint: name,
          revision: state.revision,
          action,
          arm: version.arm,
          artifact: version.artifact,
          run: version.run,
          by,
        });
      await audit(deps.db, {
        actor: by,
        action,
        subject: `endpoint/${name}`,
        detail: { artifact: version?.artifact ?? null, revision: state.revision, ...(reason ? { reason } : {}) },
      });
    },

    async canaryHealth({ endpoint, artifact, maxErrorRate }: { endpoint: string; artifact: string; maxErrorRate: number }): Promise<CanaryHealth> {
      const { served, failed } = await gatewayCountsOf(deps.db, endpoint, artifact);
      const total = served + failed;
      return { served: total, failed, errorRate: total === 0 ? 0 : failed / total, isShownToFail: isShownToFail(failed, total, maxErrorRate) };
    },
  });

export type DeploymentActivities = ReturnType<typeof createDeploymentActivities>;
