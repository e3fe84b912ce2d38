import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { registerAccuracy } from './accuracy/command.ts';
import { registerBench } from './bench/command.ts';
import { registerCheck } from './check/command.ts';
import { registerCompare } from './compare.ts';
import { registerExperiment } from './experiment/command.ts';
import { registerExplain } from './explain/command.ts';
import { registerStart } from './start.ts';
import { registerTrain } from './train/command.ts';
import { registerTune } from './tune/command.ts';
import { registerVariants } from './variants/command.ts';

/** Wrong use, or nothing to run on: what was asked for could not be tried. Failures of what was tried exit with 1. */
const EXIT_USAGE = 2;

const program = new Command('gradfold')
  .description(manifest.description)
  .version(manifest.version)
  .showHelpAfterError('(--help tells more)')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE);
  });

registerStart(program);
// A command a file: each registers itself.
registerCheck(program);
registerAccuracy(program);
registerBench(program);
registerExplain(program);
registerTune(program);
registerVariants(program);
registerCompare(program);
registerTrain(program);
registerExperiment(program);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = EXIT_USAGE;
}
