import type { DType } from '../data.ts';
import type { Tensor } from '../tensor.ts';
import { checkDTypes, checkOption, checkShape, checkTensors, lastAxisRows } from './check.ts';
import { launchRows, type RowKernel } from './row_launch.ts';

/** An op from rows `x` to rows `y` of the same shape. `params` gives the kernel's own from the number of columns. */
export function launchRowForward(
  op: string,
  kernel: RowKernel,
  x: Tensor,
  options: { axis?: number; dtype?: DType },
  params: (cols: number) => Record<string, number> = () => ({}),
): Tensor {
  checkTensors(op, { x });
  checkDTypes(op, 'x', x, 'f32');
  checkOption<DType>(op, 'dtype', options.dtype ?? 'f32', ['f32']);
  const { rows, cols } = lastAxisRows(op, x, options.axis);
  const y = x.backend.empty(x.shape, 'f32');
  launchRows(x.backend.runtime, { op, kernel, rows, cols, reads: { x }, writes: { y }, params: params(cols) });
  return y;
}

/** The gradient of such an op from its result: rows `y` and `dy` to rows `dx`. */
export function launchRowBackward(
  op: string,
  kernel: RowKernel,
  y: Tensor,
  dy: Tensor,
  options: { axis?: number },
): Tensor {
  checkTensors(op, { y, dy });
  checkDTypes(op, 'y', y, 'f32');
  checkDTypes(op, 'dy', dy, 'f32');
  checkShape(op, 'dy', dy.shape, y.shape, 'y');
  const { rows, cols } = lastAxisRows(op, y, options.axis);
  const dx = y.backend.empty(y.shape, 'f32');
  launchRows(y.backend.runtime, { op, kernel, rows, cols, reads: { y, dy }, writes: { dx } });
  return dx;
}

/** An op from rows `x` to one value a row. The axis goes, or stays with length 1. */
export function launchRowReduction(
  op: string,
  kernel: RowKernel,
  x: Tensor,
  options: { axis?: number; keepDims?: boolean },
  dtype: DType,
): Tensor {
  checkTensors(op, { x });
  checkDTypes(op, 'x', x, 'f32');
  const { rows, cols } = lastAxisRows(op, x, options.axis);
  const shape = options.keepDims && x.rank > 0 ? [...x.shape.slice(0, -1), 1] : x.shape.slice(0, -1);
  const y = x.backend.empty(shape, dtype);
  launchRows(x.backend.runtime, { op, kernel, rows, cols, reads: { x }, perRow: { y } });
  return y;
}
