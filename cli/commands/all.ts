import { answerJobCommand } from './answer-job.ts';
import { approveCommand } from './approve.ts';
import { auditCommand } from './audit.ts';
import { cancelCommand } from './cancel.ts';
import { datasetCommand } from './dataset.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { endpointsCommand } from './endpoints.ts';
import { modelsCommand } from './models.ts';
import { drillCommand } from './drill.ts';
import { estimateCommand } from './estimate.ts';
import { explainCommand } from './explain.ts';
import { extendBudgetCommand } from './extend-budget.ts';
import { judgeCommand } from './judge.ts';
import { keysCommand } from './keys.ts';
import { monitorCommand } from './monitor.ts';
import { pauseCommand } from './pause.ts';
import { rejectCommand } from './reject.ts';
import { reportCommand } from './report.ts';
import { resumeCommand } from './resume.ts';
import { rollbackCommand } from './rollback.ts';
import { runCommand } from './run.ts';
import { runsCommand } from './runs.ts';
import { scheduleCommand } from './schedule.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { stopCommand } from './stop.ts';
import { validateCommand } from './validate.ts';
import { verifyCommand } from './verify.ts';
import { watchCommand } from './watch.ts';

/** In the order in which help shows them. */
export const commands = [
  demoCommand,
  startCommand,
  stopCommand,
  runCommand,
  runsCommand,
  statusCommand,
  watchCommand,
  approveCommand,
  rejectCommand,
  cancelCommand,
  pauseCommand,
  resumeCommand,
  extendBudgetCommand,
  answerJobCommand,
  reportCommand,
  judgeCommand,
  verifyCommand,
  auditCommand,
  validateCommand,
  explainCommand,
  estimateCommand,
  datasetCommand,
  endpointsCommand,
  monitorCommand,
  modelsCommand,
  drillCommand,
  rollbackCommand,
  scheduleCommand,
  keysCommand,
  doctorCommand,
];
