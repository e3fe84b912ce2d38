import { batchNormExperiment } from './batch_norm.ts';
import { batchSizeExperiment } from './batch_size.ts';
import type { Experiment } from './experiment.ts';
import { saturationExperiment } from './saturation.ts';
import { scoringExperiment } from './scoring.ts';
import { searchExperiment } from './search.ts';
import { twoClassesExperiment } from './two_classes.ts';

/** The experiments by their names on the command line. */
export const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  saturation: saturationExperiment,
  'batch-norm': batchNormExperiment,
  scoring: scoringExperiment,
  'batch-size': batchSizeExperiment,
  'two-classes': twoClassesExperiment,
  search: searchExperiment,
};
