import { createApprovalActivities } from '../activities/approval/activities.ts';
import { createCostActivities } from '../activities/cost/activities.ts';
import { createDatasetActivities } from '../activities/dataset/activities.ts';
import { createDeploymentActivities } from '../activities/deployment/activities.ts';
import type { ActivityDeps } from '../activities/deps.ts';
import { createEvaluationActivities } from '../activities/evaluation/activities.ts';
import { createJudgeActivities } from '../activities/evaluation/judge-activities.ts';
import { createGateActivities } from '../activities/gate/activities.ts';
import { createKnowledgeActivities } from '../activities/knowledge/activities.ts';
import { createMonitoringActivities } from '../activities/monitoring/activities.ts';
import { createRunActivities } from '../activities/run/activities.ts';
import { createSynthesisActivities } from '../activities/synthesis/activities.ts';
import { createTrainingActivities } from '../activities/training/activities.ts';
import { createSweepActivities } from '../activities/training/sweep.ts';

/** Every stage's activities, by the names that workflows call. */
export const createActivities = (deps: ActivityDeps) => ({
  ...createRunActivities(deps),
  ...createDatasetActivities(deps),
  ...createKnowledgeActivities(deps),
  ...createSynthesisActivities(deps),
  ...createTrainingActivities(deps),
  ...createSweepActivities(deps),
  ...createEvaluationActivities(deps),
  ...createJudgeActivities(deps),
  ...createGateActivities(deps),
  ...createCostActivities(deps),
  ...createApprovalActivities(deps),
  ...createDeploymentActivities(deps),
  ...createMonitoringActivities(deps),
});
