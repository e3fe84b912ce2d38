import type { Machine } from './machine.ts';

/** Part of a tensor that one dispatch covers, in elements. */
export interface ElementWindow {
  readonly first: number;
  readonly size: number;
  readonly groups: number;
}

/** Lanes a workgroup for kernels whose lanes do not meet. */
export const ELEMENT_WIDTH = 128;

/** Plans a kernel in which each lane handles `perLane` elements, over windows that fit a binding. */
export function planElements(machine: Machine, size: number, perLane: number): ElementWindow[] {
  const perWindow = Math.floor((machine.maxBindingBytes - machine.offsetAlignment) / 16) * 4;
  const windows: ElementWindow[] = [];
  for (let first = 0; first < size; first += perWindow) {
    const count = Math.min(perWindow, size - first);
    windows.push({ first, size: count, groups: Math.ceil(count / (perLane * ELEMENT_WIDTH)) });
  }
  return windows;
}
