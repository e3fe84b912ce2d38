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

/**
 * Returns the choice for rows of `cols` columns.
 * @param vectors of all tensors that are held together
 * @param pack vectors of four in 16 bytes: 2 for halves
 */
export function choiceFor(machine: Machine, cols: number, vectors: number, pack: 1 | 2 = 1): RowChoice {
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
  return machine.kind === 'cpu' ? cpuModel(machine, cols) : gpuModel(machine, vectors, pack);
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
 * Chooses enough lanes per row to hold it in registers, but few enough that each has several loads in flight, and enough
 * elements to outweigh what a row costs whatever its length: the fold across lanes, and the row's own result. A wave of 64
 * lanes pays that for twice as many lanes, but has fewer registers for each (GCN, CDNA). Halves cost the fewest
 * instructions each, so a lane has more of them. Teams of one subgroup share workgroups of 128.
 */
function gpuModel(machine: Machine, vectors: number, pack: 1 | 2): RowChoice {
  const { subgroup, maxInvocations } = machine;
  const wide = (subgroup?.min ?? 0) > 32;
  const mostInRegisters = Math.min(mostInRegistersOf(machine), wide ? IN_FLIGHT / 2 : MOST_IN_REGISTERS);
  const mostLanes = wide ? 2 * MOST_LANES : MOST_LANES;
  const choice = (lanes: number): RowChoice => ({
    lanesPerRow: Math.min(lanes, maxInvocations),
    rowsPerWorkgroup: lanes === 1 ? 64 : Math.max(1, Math.floor(128 / (subgroup?.max ?? 128))),
    vectorsPerLane: 4,
    mostInRegisters,
  });
  const each = Math.min(IN_FLIGHT * pack, mostInRegisters);
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, vectors / each)));
  if (wanted < mostLanes) return choice(wanted > 16 && subgroup ? Math.max(wanted, subgroup.min) : wanted);
  // The longest rows that fit in registers take the most lanes; longer rows are streamed by fewer.
  return choice(vectors > mostInRegisters * 256 && vectors <= mostInRegisters * mostLanes ? mostLanes : 256);
}
