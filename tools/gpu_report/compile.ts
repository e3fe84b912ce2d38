import { writeSync } from 'node:fs';
import type { Command } from 'commander';
import type { BackendInfo } from '../../src/device/open.ts';
import { type Backend, createBackend } from '../../src/node.ts';
import { gridOf } from '../../src/plan/grid.ts';
import { type Machine, machineOf, type Probed } from '../../src/plan/machine.ts';
import { type KernelSource, sourceKey } from '../../src/runtime/link.ts';
import { type AskedCalls, type Call, callsOf, planCall } from './calls.ts';
import { MARK } from './mark.ts';
import { paramWords } from './params.ts';

/** What the process that compiles writes to standard output; the compiler writes to standard error between the marks. */
export interface Compiled {
  readonly adapter: BackendInfo;
  readonly kernels: readonly CompiledKernel[];
  readonly calls: readonly CompiledCall[];
}

export interface CompiledKernel {
  readonly entry: string;
  readonly lanesPerGroup: number;
}

export interface CompiledCall extends Call {
  readonly least: number;
  readonly launches: readonly CompiledLaunch[];
}

export interface CompiledLaunch {
  /** An index into the kernels. */
  readonly kernel: number;
  readonly groups: number;
  /** The workgroups as x, y and z. */
  readonly grid: readonly [number, number, number];
  /** The parameter block, in words. */
  readonly params: readonly number[];
}

/** `tools gpu-compile`, which the report starts in the environment of each family. */
export function registerGpuCompile(program: Command): void {
  program
    .command('gpu-compile <asked>', { hidden: true })
    .description('compile what calls need, marking each kernel in what the compiler says')
    .action(async (asked: string) => {
      const compiled = await compileCalls(JSON.parse(asked) as AskedCalls);
      writeSync(1, JSON.stringify(compiled));
      // The stand-in driver cannot be shut down in an orderly way.
      process.exit(0);
    });
}

async function compileCalls(asked: AskedCalls): Promise<Compiled> {
  const backend = await createBackend();
  const machine = machineOfHardware(backend);
  const kernels = new Map<string, { readonly source: KernelSource; readonly index: number }>();
  const indexOf = (source: KernelSource): number => {
    const key = sourceKey(source);
    const known = kernels.get(key) ?? { source, index: kernels.size };
    kernels.set(key, known);
    return known.index;
  };
  const calls = callsOf(asked).map((call): CompiledCall => {
    const { least, launches } = planCall(machine, call);
    return {
      ...call,
      least,
      launches: launches.map((launch) => ({
        kernel: indexOf(launch.kernel),
        groups: launch.groups,
        grid: [...gridOf(launch.groups, machine.maxGroups), 1] as const,
        params: paramWords(launch, machine),
      })),
    };
  });
  const sources = [...kernels.values()].map(({ source }) => source);
  for (const [index, source] of sources.entries()) {
    writeSync(2, `\n${MARK}${index}\n`);
    await backend.runtime.compile([source]);
  }
  return {
    adapter: backend.info,
    kernels: sources.map(({ entry, constants }) => ({ entry, lanesPerGroup: Number(constants.WORKGROUP_SIZE) })),
    calls,
  };
}

/**
 * What the probes at opening find on AMD's GPUs. Nothing that is dispatched here computes, so they cannot run.
 * `pack2x16float` is `v_cvt_pkrtz_f16_f32`, which rounds toward zero; the type f16 is `v_cvt_f16_f32` and `v_fma_mixlo_f16`,
 * which round to nearest even; `v_exp_f32` is within 1 ulp and flushes what is below f32.
 */
const PROBED: Probed = { unpack: true, pack: false, f16: true, f16Bits: true, exp2: true, exp2Below: true };

/** Returns what plans would know of the GPU if it were there. */
function machineOfHardware({ device }: Backend): Machine {
  const { adapterInfo } = device;
  return machineOf(device.limits, device.features, adapterInfo, { software: false, subgroups: true, probed: PROBED });
}
