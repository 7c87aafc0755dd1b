import { Command } from 'commander';
import { datasetCheckCommand } from './dataset-check.ts';
import { datasetDiffCommand } from './dataset-diff.ts';
import { datasetReviewCommand } from './dataset-review.ts';
import { datasetShowCommand } from './dataset-show.ts';

export const datasetCommand = (): Command =>
  new Command('dataset')
    .description('look at the data of a pipeline')
    .addCommand(datasetCheckCommand())
    .addCommand(datasetShowCommand())
    .addCommand(datasetDiffCommand())
    .addCommand(datasetReviewCommand());
