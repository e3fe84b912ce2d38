import type { Machine } from './machine.ts';
import type { RowChoice, RowEntry } from './profiles.ts';

/** Vectors of all its inputs that a lane may hold: 64 registers of f32. */
const VECTORS_IN_REGISTERS = 16;

export function mostInRegistersOf({ mostInRegisters }: Machine): number {
  return mostInRegisters ?? VECTORS_IN_REGISTERS;
}

/**
 * Rows up to this long get one lane. On a CPU a lane is a part of a thread's vector register, so barriers do not pay
 * off, and a subgroup folds natively. This is what a lane can hold of two tensors.
 */
const CPU_LANE_COLUMNS = 2 * VECTORS_IN_REGISTERS;
/** Vectors that a lane of a GPU fetches before it uses the first, if the row has as many: 128 bytes in flight. */
const IN_FLIGHT = 8;
/** With more lanes than this, each has too few registers to hold its part of a row: 64 of f32. */
const MOST_LANES = 512;
/**
 * Vectors of one tensor, and of all tensors, that every compiler accepts: WGSL guarantees 8,192 bytes of private
 * memory.
 */
const MOST_VECTORS_PER_LANE = 64;
const MOST_IN_REGISTERS = 256;

/** Returns the choice for rows of `cols` columns. @param vectors of all tensors that are held together */
export function choiceFor(machine: Machine, cols: number, vectors: number): RowChoice {
  const rows = machine.choices?.rows;
  if (rows && rows.length > 0) {
    const entry = rows.find((one) => cols <= one.cols) ?? (rows.at(-1) as RowEntry);
    return {
      ...entry,
      // A device may have lower limits than the one that was measured.
      lanesPerRow: Math.min(entry.lanesPerRow, MOST_LANES, machine.maxInvocations),
      vectorsPerLane: Math.min(entry.vectorsPerLane, MOST_VECTORS_PER_LANE),
      mostInRegisters: Math.min(entry.mostInRegisters, MOST_IN_REGISTERS),
    };
  }
  return machine.kind === 'cpu' ? cpuModel(machine, cols) : gpuModel(machine, cols, vectors);
}

function cpuModel(machine: Machine, cols: number): RowChoice {
  const { subgroup } = machine;
  const lanesPerRow = cols <= CPU_LANE_COLUMNS || !subgroup ? 1 : subgroup.min;
  return {
    lanesPerRow,
    rowsPerWorkgroup: lanesPerRow === 1 ? 64 : 1,
    vectorsPerLane: 4,
    mostInRegisters: mostInRegistersOf(machine),
  };
}

/**
 * Chooses enough lanes per row to hold it in registers, but few enough that each has several loads in flight. Short
 * rows follow QuACK's table. Teams of one subgroup share workgroups of 128.
 */
function gpuModel(machine: Machine, cols: number, vectors: number): RowChoice {
  const { subgroup, maxInvocations } = machine;
  const mostInRegisters = mostInRegistersOf(machine);
  const choice = (lanes: number): RowChoice => ({
    lanesPerRow: Math.min(lanes, maxInvocations),
    rowsPerWorkgroup: lanes === 1 ? 64 : Math.max(1, Math.floor(128 / (subgroup?.max ?? 128))),
    vectorsPerLane: 4,
    mostInRegisters,
  });
  if (cols <= 4) return choice(1);
  if (cols <= 64) return choice(8);
  if (cols <= 128) return choice(16);
  const wanted = 2 ** Math.ceil(Math.log2(vectors / Math.min(IN_FLIGHT, mostInRegisters)));
  if (wanted <= 256) return choice(Math.max(32, wanted));
  // The longest rows that fit in registers take the most lanes; longer rows are streamed by fewer.
  return choice(vectors > mostInRegisters * 256 && vectors <= mostInRegisters * MOST_LANES ? MOST_LANES : 256);
}
