import type { Command } from 'commander';
import { steerCommand } from './steer.ts';

export const pauseCommand = (): Command => steerCommand('pause', 'pause a run after the step under way');
