import type { Command } from 'commander';
import { steerCommand } from './steer.ts';

export const resumeCommand = (): Command => steerCommand('resume', 'resume a paused run');
