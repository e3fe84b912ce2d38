import { piecesOf, type Run } from './boxes.ts';
import type { Machine } from './machine.ts';
import { bindingRoom, type Pack, sizesOf } from './rows.ts';

/** Part of a tensor that one dispatch covers, in elements. */
export interface ElementWindow {
  readonly first: number;
  readonly size: number;
  readonly groups: number;
}

export interface ElementPlan {
  /** Vectors of four elements a lane. */
  readonly pack: Pack;
  readonly windows: readonly ElementWindow[];
}

/** Lanes a workgroup for kernels whose lanes do not meet. */
export const ELEMENT_WIDTH = 128;

/** Plans a kernel of `pack` vectors of four elements a lane, over windows that bindings of such elements hold. */
export function planElements(machine: Machine, size: number, elementBytes: readonly (2 | 4)[]): ElementPlan {
  const { bytes, pack } = sizesOf(elementBytes);
  const windows = elementWindows(machine, size, bytes).map(({ first, size: count }) => ({
    first,
    size: count,
    groups: Math.ceil(count / (4 * pack * ELEMENT_WIDTH)),
  }));
  return { pack, windows };
}

/** Runs of elements that a binding holds; each starts on a 16-byte boundary of a tensor that does itself. */
export function elementWindows(machine: Machine, size: number, bytes: 2 | 4 = 4): Run[] {
  return piecesOf(size, 8 * Math.floor(bindingRoom(machine) / (8 * bytes)));
}
