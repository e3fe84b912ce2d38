import { floats } from '../suite/data.ts';
import { COLS, ROWS, type Step } from '../suite/gradient.ts';
import type { Right } from '../suite/spec.ts';

export const ones = (shape: readonly number[]) => floats(shape, () => 1);
/** A plane and its windows. */
export const PLANE = [1, 2, 4, 6];
export const GRID = [1, 2, 3, 4];
export const POOL_RIGHT: Right = {
  inputs: { x: ones(PLANE) },
  options: { size: 2, stride: [2, 2], padding: 1 },
  wrong: {
    size: [0, -1, 2.5, '2', undefined, null, [2], [2, 3, 4], [2, 0], [7, 9], 1e12],
    stride: [0, -1, 0.5, '1', [1, 0], Number.NaN],
    padding: [-1, 0.5, 2, '0', [0, 2], Number.POSITIVE_INFINITY],
  },
};

/** Windows around each element. */
export const around =
  (op: string): Step =>
  (x, { call, reshape }) =>
    reshape(call(op, reshape(x, [1, 1, ROWS, COLS]), { size: 3, stride: 1, padding: 1 }), [ROWS, COLS]);
