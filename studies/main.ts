import { version } from '../package.json' with { type: 'json' };
import { runProgram } from '../src/cli/program.ts';
import { registerExperiment } from './experiment.ts';
import { registerStart } from './start.ts';
import { registerTrain } from './train.ts';

await runProgram({ name: 'studies', description: 'Training on the MNIST digits, and the experiments.', version }, [
  registerStart,
  registerTrain,
  registerExperiment,
]);
