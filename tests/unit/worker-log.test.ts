import { expect, test } from 'vitest';
import { lineOf } from '../../workers/log.ts';

test('a line of the worker’s log names the run that it is about, also where a part of the run wrote it', () => {
  const error = new Error('no');
  const meta = {
    workflowId: 'fine-tune/support-triage/3f2a9c1e/2/train/lora',
    activityType: 'followTrainingJob',
    attempt: 3,
    taskQueue: 'provider-local',
    error,
  };
  expect(lineOf({ message: 'Activity failed', meta })).toEqual({
    msg: 'Activity failed',
    run: 'fine-tune/support-triage/3f2a9c1e/2',
    workflow: meta.workflowId,
    activity: 'followTrainingJob',
    attempt: 3,
    queue: 'provider-local',
    err: error,
  });
  expect(lineOf({ message: 'Worker state changed', meta: { workflowId: 'endpoint/support-triage' } })).not.toHaveProperty('run');
  expect(lineOf({ message: 'bare' })).toEqual({ msg: 'bare' });
});
