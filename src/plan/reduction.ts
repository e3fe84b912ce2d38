import type { Machine } from './machine.ts';
import { bindingRoom, chooseSlice, chooseTeam, type RowTeam, rowsToBoundary, WORDS } from './rows.ts';

/** The part of a reduction that one dispatch covers: `rows` rows of `cols` elements, each in `slices` slices. */
export interface ReductionWindow {
  /** The first element of x. */
  readonly first: number;
  readonly rows: number;
  readonly cols: number;
  readonly slices: number;
  /** Index of its first result among the slices of all rows. */
  readonly firstValue: number;
  readonly groups: number;
}

/** How rows are folded to one value each. With more than one slice per row, another reduction folds the slices. */
export interface ReductionPlan {
  readonly team: RowTeam;
  readonly slices: number;
  readonly sliceCols: number;
  readonly windows: readonly ReductionWindow[];
  /** Whether every window of an aligned tensor starts on a 16-byte boundary. */
  readonly aligned: boolean;
}

/** The most elements per slice: at most 2^18 per lane, so that no serial sum grows long. */
const MOST_SLICE = 2 ** 20;

/** Plans the fold of `rows` rows of `cols` contiguous elements. A row may be longer than a binding. */
export function planReduction(machine: Machine, rows: number, cols: number, { bytes, pack } = WORDS): ReductionPlan {
  const room = 8 * Math.floor(bindingRoom(machine) / (8 * bytes));
  const sliceCols = chooseSlice(machine, rows, cols, Math.min(MOST_SLICE, room));
  const slices = Math.max(1, Math.ceil(cols / sliceCols));
  // A row that is longer than a binding has a dispatch of its own.
  const alone = rows === 1 || cols > room;
  const team = chooseTeam(machine, { cols, sliceCols: Math.min(cols, sliceCols), alone }, pack);
  const teams = team.workgroupSize / team.lanesPerRow;
  const windows: ReductionWindow[] = [];
  const push = (first: number, count: number, length: number, sliceCount: number, firstValue: number) => {
    const groups = Math.ceil((count * sliceCount) / teams);
    windows.push({ first, rows: count, cols: length, slices: sliceCount, firstValue, groups });
  };
  if (cols <= room) {
    const perWindow = stepOf(rowsToBoundary(cols, pack), Math.floor(room / Math.max(cols, 1)));
    for (let row = 0; row < rows; row += perWindow) {
      push(row * cols, Math.min(perWindow, rows - row), cols, slices, row * slices);
    }
    const aligned = windows.every(({ first }) => first % (4 * pack) === 0);
    return { team, slices, sliceCols, windows, aligned };
  }
  const perWindow = Math.floor(room / sliceCols);
  for (let row = 0; row < rows; row++) {
    for (let slice = 0; slice < slices; slice += perWindow) {
      const first = slice * sliceCols;
      const count = Math.min(perWindow, slices - slice);
      push(row * cols + first, 1, Math.min(count * sliceCols, cols - first), count, row * slices + slice);
    }
  }
  return { team, slices, sliceCols, windows, aligned: rows === 1 || cols % (4 * pack) === 0 };
}

/** Returns the largest multiple of `step` up to `fit`, which ends on a 16-byte boundary, or `fit` if there is none. */
function stepOf(step: number, fit: number): number {
  return fit >= step ? fit - (fit % step) : fit;
}
