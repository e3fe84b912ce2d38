import type { BackendInfo } from '../../src/device/open.ts';
import type { Call } from './calls.ts';
import type { Compiled, CompiledKernel, CompiledLaunch } from './compile.ts';
import { countsOf } from './counts.ts';
import type { Dump } from './dump.ts';
import type { Family } from './families.ts';

/** What the compiler made of the calls for one family. */
export interface FamilyReport {
  readonly family: Family;
  readonly adapter: BackendInfo;
  readonly calls: readonly CallReport[];
}

export interface CallReport extends Call {
  readonly least: number;
  /** Least bytes over issue slots of vector instructions. */
  readonly bytesPerInstruction: number;
  /** The same if data decides otherwise about every branch that it decides about. */
  readonly otherwise: number;
  readonly kernels: readonly KernelReport[];
}

/** What the compiler made of a kernel of a call. */
export interface KernelReport {
  readonly entry: string;
  readonly registers: number;
  readonly spilled: number;
  /** Bytes a lane. */
  readonly scratch: number;
  /** Of one SIMD at once, as far as registers allow. */
  readonly waves: number;
  /** Bytes a workgroup. */
  readonly lds: number;
  /** Lanes of a wave, and how many of them a workgroup fills. */
  readonly waveSize: 32 | 64;
  readonly lanesPerGroup: number;
  /** Instructions that a wave executes, on average. */
  readonly vector: number;
  readonly memory: number;
  /** Whether only data decides how often a loop turns. */
  readonly unknownLoop: boolean;
  /** Loads and stores in the code by their bytes a lane, such as `{ 16: 8 }`. */
  readonly loads: Readonly<Record<number, number>>;
  readonly stores: Readonly<Record<number, number>>;
  /** Issue slots of all waves: where data decides, with the code behind a branch, and without it. */
  readonly slots: number;
  readonly otherSlots: number;
  /** The lines of the machine code, and how often a wave executes each instruction, on average. */
  readonly code: readonly string[];
  readonly turns: readonly number[];
}

export function reportOf(family: Family, compiled: Compiled, dumps: ReadonlyMap<number, Dump>): FamilyReport {
  const { adapter, kernels, calls } = compiled;
  return {
    family,
    adapter,
    calls: calls.map(({ launches, ...call }) => {
      const reports = launches.map((launch) =>
        kernelReport(kernels[launch.kernel] as CompiledKernel, launch, dumps.get(launch.kernel), family.lanesPerSlot),
      );
      const slots = reports.reduce((sum, kernel) => sum + kernel.slots, 0);
      const otherwise = reports.reduce((sum, kernel) => sum + kernel.otherSlots, 0);
      return { ...call, bytesPerInstruction: call.least / slots, otherwise: call.least / otherwise, kernels: reports };
    }),
  };
}

function kernelReport(
  kernel: CompiledKernel,
  launch: CompiledLaunch,
  dump: Dump | undefined,
  lanesPerSlot: 32 | 64,
): KernelReport {
  if (!dump) throw new Error(`gpu:report: the compiler said nothing of ${kernel.entry}`);
  const { stats, code } = dump;
  const of = (name: string) => stats[name] ?? 0;
  return {
    entry: kernel.entry,
    registers: of('VGPRs'),
    spilled: of('Spilled VGPRs') + of('Spilled SGPRs'),
    scratch: of('Scratch size'),
    waves: of('Subgroups per SIMD'),
    lds: of('LDS size'),
    ...countsOf(dump, kernel, launch, lanesPerSlot),
    ...widthsOf(code),
    code,
  };
}

const BYTES: Readonly<Record<string, number>> = {
  ubyte: 1,
  sbyte: 1,
  u8: 1,
  i8: 1,
  byte: 1,
  b8: 1,
  ushort: 2,
  sshort: 2,
  u16: 2,
  i16: 2,
  short: 2,
  b16: 2,
  dword: 4,
  b32: 4,
  dwordx2: 8,
  b64: 8,
  dwordx3: 12,
  b96: 12,
  dwordx4: 16,
  b128: 16,
};

/** Counts the loads and stores of memory by their width. */
function widthsOf(code: readonly string[]) {
  const loads: Record<number, number> = {};
  const stores: Record<number, number> = {};
  for (const line of code) {
    const [, what, width = ''] =
      /\b(?:buffer|global|flat)_(load|store)_(?:d16_)?(?:hi_)?(\w+?)(?:_d16)?(?:_hi)?\b/.exec(line) ?? [];
    if (!what) continue;
    const counts = what === 'load' ? loads : stores;
    const bytes = BYTES[width] ?? 0;
    counts[bytes] = (counts[bytes] ?? 0) + 1;
  }
  return { loads, stores };
}
