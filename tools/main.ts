import { version } from '../package.json' with { type: 'json' };
import { runProgram } from '../src/cli/program.ts';
import { registerAccuracy } from './accuracy/command.ts';
import { registerCompare } from './compare.ts';
import { registerGpuMeasure } from './gpu_measure.ts';
import { registerGpuReport } from './gpu_report/command.ts';
import { registerGpuCompile } from './gpu_report/compile.ts';
import { registerImplementations } from './implementations/command.ts';
import { registerOps } from './op_list.ts';
import { registerVariants } from './variants/command.ts';

await runProgram({ name: 'tools', description: "Gradfold's maintainers' commands.", version }, [
  registerVariants,
  registerAccuracy,
  registerImplementations,
  registerCompare,
  registerOps,
  registerGpuMeasure,
  registerGpuReport,
  registerGpuCompile,
]);
