import { description, version } from '../../package.json' with { type: 'json' };
import { registerBench } from './bench/command.ts';
import { registerCheck } from './check/command.ts';
import { registerExplain } from './explain/command.ts';
import { runProgram } from './program.ts';
import { registerTune } from './tune/command.ts';

await runProgram({ name: 'gradfold', description, version }, [
  registerCheck,
  registerBench,
  registerExplain,
  registerTune,
]);
