import { ShapeError } from '../errors.ts';
import type { Machine } from './machine.ts';

/** How many lanes share a row, on which machine they fold, and whether a row stays in registers between its passes. */
export interface Team {
  readonly fold: 'lane' | 'subgroup' | 'workgroup';
  /** Lanes a row: a power of two. */
  readonly team: number;
  /** Lanes a workgroup. */
  readonly width: number;
  /** Vectors of four that a lane fetches at once. */
  readonly block: number;
  /** A row is one block: read once. */
  readonly held: boolean;
  /** The most subgroups that a workgroup can be made of; 1 needs no barrier. */
  readonly subgroups: number;
}

/** Rows that one dispatch covers; a tensor above the binding limit takes several. */
export interface RowWindow {
  readonly first: number;
  readonly rows: number;
  readonly groups: number;
}

export interface RowPlan {
  readonly team: Team;
  readonly windows: readonly RowWindow[];
  /** Every window starts on a 16-byte boundary of a tensor that does itself. */
  readonly aligned: boolean;
}

const ELEMENT_BYTES = 4;
/** Vectors a lane may hold: 64 registers of f32 on a GPU. A processor has a cache for it, and compiles short loops sooner. */
const MAX_HELD = { gpu: 16, cpu: 4 };
const STREAMED_BLOCK = 4;
/** On a processor one lane folds a row of this many columns as fast as a subgroup does (measured on llvmpipe). */
const CPU_LANE_COLUMNS = 1024;

/**
 * Plans an op over `rows` rows of `cols` contiguous f32.
 * @throws ShapeError when a single row is larger than a binding.
 */
export function planRows(op: string, machine: Machine, rows: number, cols: number): RowPlan {
  const team = chooseTeam(machine, cols);
  const { perWindow, aligned } = windowRows(op, machine, cols);
  const windows: RowWindow[] = [];
  for (let first = 0; first < rows; first += perWindow) {
    const count = Math.min(perWindow, rows - first);
    windows.push({ first, rows: count, groups: Math.ceil(count / (team.width / team.team)) });
  }
  return { team, windows, aligned };
}

/** Rows a binding holds, and whether windows of that many start at multiples of four elements. */
export function windowRows(op: string, machine: Machine, cols: number): { perWindow: number; aligned: boolean } {
  // A window's offset is aligned down to what bindings ask, so a binding may be that much longer than its rows.
  const room = machine.maxBindingBytes - machine.offsetAlignment;
  const fit = Math.floor(room / (ELEMENT_BYTES * Math.max(cols, 1)));
  if (fit === 0) {
    throw new ShapeError(
      `${op}: a row of ${cols} elements takes ${ELEMENT_BYTES * cols} bytes, expected at most ${room} (this adapter's maxStorageBufferBindingSize, less the alignment)`,
    );
  }
  const step = cols % 4 === 0 ? 1 : cols % 2 === 0 ? 2 : 4;
  return fit >= step ? { perWindow: fit - (fit % step), aligned: true } : { perWindow: fit, aligned: false };
}

export function chooseTeam(machine: Machine, cols: number): Team {
  // A ragged row may start at any element of a vector.
  const vectors = Math.ceil((cols % 4 === 0 ? cols : cols + 3) / 4);
  const withBlock = (fold: Team['fold'], team: number, width: number, subgroups: number): Team => {
    const hold = 2 ** Math.ceil(Math.log2(Math.max(1, vectors / team)));
    const held = hold <= MAX_HELD[machine.kind];
    return { fold, team, width, subgroups, held, block: held ? hold : STREAMED_BLOCK };
  };
  const lanes = chooseLanes(machine, cols);
  const fold =
    machine.fold ??
    (lanes === 1 ? 'lane' : machine.subgroup && lanes >= machine.subgroup.min ? 'subgroup' : 'workgroup');
  if (fold === 'lane') return withBlock('lane', 1, Math.min(64, machine.maxInvocations), 1);
  if (fold === 'subgroup') {
    const { min } = machine.subgroup as { min: number };
    const team = Math.max(lanes, min);
    return withBlock('subgroup', team, team, Math.ceil(team / min));
  }
  const team = Math.max(lanes, 2);
  return withBlock('workgroup', team, Math.max(team, Math.min(128, machine.maxInvocations)), 1);
}

/** Lanes a row by its length: QuACK's table on a GPU; on a processor a lane, or a subgroup, which needs no barrier. */
function chooseLanes({ kind, subgroup, maxInvocations }: Machine, cols: number): number {
  if (kind === 'cpu') return cols < CPU_LANE_COLUMNS || !subgroup ? 1 : subgroup.min;
  if (cols <= 4) return 1;
  const lanes = cols <= 64 ? 8 : cols <= 128 ? 16 : cols <= 3072 ? 32 : cols <= 6144 ? 64 : cols <= 16384 ? 128 : 256;
  return Math.min(lanes, maxInvocations);
}
