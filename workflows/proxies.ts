/** Timeouts and retries, named once. Which errors are worth a retry is decided where they arise, in `activities/errors.ts`. */
import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { ApprovalActivities } from '../activities/approval/activities.ts';
import type { CostActivities } from '../activities/cost/activities.ts';
import type { DatasetActivities } from '../activities/dataset/activities.ts';
import type { DeploymentActivities } from '../activities/deployment/activities.ts';
import type { EvaluationActivities } from '../activities/evaluation/activities.ts';
import type { GateActivities } from '../activities/gate/activities.ts';
import type { JudgeActivities } from '../activities/evaluation/judge-activities.ts';
import type { KnowledgeActivities } from '../activities/knowledge/activities.ts';
import type { MonitoringActivities } from '../activities/monitoring/activities.ts';
import type { RunActivities } from '../activities/run/activities.ts';
import type { SweepActivities } from '../activities/training/sweep.ts';
import type { SynthesisActivities } from '../activities/synthesis/activities.ts';
import type { TrainingActivities } from '../activities/training/activities.ts';
import { queues } from '../contracts/names.ts';

/** About a quarter of an hour of outages of Postgres, the store or a provider. */
const retry = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 40 } as const;

/** Bookkeeping: Postgres and the artifact store. */
const short: ActivityOptions = { startToCloseTimeout: '1m', retry };
/** Work that reports while it runs: a dead worker is noticed after the heartbeat timeout, however long the work takes. */
const long: ActivityOptions = { startToCloseTimeout: '14d', heartbeatTimeout: '15s', retry };

export const { planPipeline, enterStage, finishRun, openScheduledRun, steerRun } = proxyActivities<RunActivities>(short);
export const { freezeDataset } = proxyActivities<DatasetActivities>({ ...long, startToCloseTimeout: '6h', heartbeatTimeout: '2m' });
export const { decideGate } = proxyActivities<GateActivities>({ ...long, startToCloseTimeout: '1h', heartbeatTimeout: '2m' });
export const { extendBudget, askForBudget, askAboutJob } = proxyActivities<CostActivities>(short);
export const { verifyApproval, recordApproval, notifyApprovers } = proxyActivities<ApprovalActivities>(short);
export const { describeChampion } = proxyActivities<EvaluationActivities>(short);
export const { describeUntunedArm } = proxyActivities<EvaluationActivities>({ ...long, startToCloseTimeout: '6h', heartbeatTimeout: '2m' });
export const { reviewTrials, adoptTrial } = proxyActivities<SweepActivities>(short);
export const { releaseTrainingJob } = proxyActivities<TrainingActivities>(short);
export const { recordEndpoint, canaryHealth, withdrawArm } = proxyActivities<DeploymentActivities>(short);
export const { promoteArm } = proxyActivities<DeploymentActivities>(long);

export const { recordCheck, recordRetraining, measureTraffic } = proxyActivities<MonitoringActivities>(short);
export const { countNewRows } = proxyActivities<MonitoringActivities>({ ...long, startToCloseTimeout: '6h', heartbeatTimeout: '2m' });
export const { gradeSample } = proxyActivities<MonitoringActivities>({ ...long, taskQueue: queues.provider('local') });

/** Calls to one provider go through its own queue, which keeps them within its rate limit. */
export const synthesis = (provider: string) => proxyActivities<SynthesisActivities>({ ...long, taskQueue: queues.provider(provider) });
export const training = (provider: string) => proxyActivities<TrainingActivities>({ ...long, taskQueue: queues.provider(provider) });
export const evaluation = (provider: string) => proxyActivities<EvaluationActivities>({ ...long, taskQueue: queues.provider(provider) });
export const deployments = (provider: string) =>
  proxyActivities<DeploymentActivities>({ ...long, scheduleToCloseTimeout: '30m', taskQueue: queues.provider(provider) });
export const judging = (provider: string) => proxyActivities<JudgeActivities>({ ...long, taskQueue: queues.provider(provider) });
export const { indexKnowledge } = proxyActivities<KnowledgeActivities>({
  ...long,
  startToCloseTimeout: '6h',
  heartbeatTimeout: '2m',
  taskQueue: queues.provider('local'),
});
