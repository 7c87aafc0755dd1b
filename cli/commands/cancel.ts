import type { Command } from 'commander';
import { steerCommand } from './steer.ts';

export const cancelCommand = (): Command => steerCommand('cancel', 'cancel a run in any stage; nothing of it runs on');
