import { piecesOf, type Run } from './boxes.ts';
import type { Machine } from './machine.ts';
import { bindingRoom, type ElementSizes, type Pack } from './rows.ts';

/** The part of a tensor that one dispatch covers, in elements. */
export interface ElementWindow {
  readonly first: number;
  readonly size: number;
  readonly groups: number;
}

export interface ElementPlan {
  /** Vectors of four elements per lane. */
  readonly pack: Pack;
  readonly windows: readonly ElementWindow[];
}

/** Lanes per workgroup for kernels whose lanes are independent. */
export const ELEMENT_WORKGROUP_SIZE = 128;

/** Plans a kernel with `perLane` elements per lane, in windows that fit bindings. */
export function planElements(
  machine: Machine,
  size: number,
  { bytes, pack }: ElementSizes,
  perLane = 4 * pack,
): ElementPlan {
  const groupsOf = (count: number) => Math.ceil(count / (perLane * ELEMENT_WORKGROUP_SIZE));
  const windows = elementWindows(machine, size, bytes).map((run) => ({ ...run, groups: groupsOf(run.size) }));
  return { pack, windows };
}

/** Returns runs of elements that fit a binding. Each run of an aligned tensor starts on a 16-byte boundary. */
export function elementWindows(machine: Machine, size: number, bytes: 2 | 4 = 4): Run[] {
  return piecesOf(size, 8 * Math.floor(bindingRoom(machine) / (8 * bytes)));
}
