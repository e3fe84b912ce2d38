import type { DType } from '../core/data.ts';
import type { Tensor } from '../core/tensor.ts';
import { read, result, write } from '../kernels/bind.ts';
import { checkFloat, checkOption, checkShape, checkTensors, rowsAlong } from './check.ts';
import { launchRows, type RowKernel } from './row_launch.ts';

/**
 * An op from rows `x` to rows `y` of the same shape. `params` returns the kernel's parameters for a number of columns.
 */
export function launchRowForward(
  op: string,
  kernel: RowKernel,
  x: Tensor,
  options: { axis?: number; dtype?: DType },
  params: (cols: number) => Record<string, number> = () => ({}),
): Tensor {
  checkTensors(op, { x });
  checkFloat(op, 'x', x);
  const dtype = checkOption<DType>(op, 'dtype', options.dtype ?? x.dtype, ['f32', 'f16']);
  const { rows } = rowsAlong(op, x, options.axis);
  const y = x.backend.empty(x.shape, dtype);
  launchRows(x.backend.runtime, { op, kernel, rows, bind: { x: read(x), y: write(y) }, params: params(rows.cols) });
  return y;
}

/** The gradient of such an op, computed from its result: rows `y` and `dy` to rows `dx`, with the dtype of `y`. */
export function launchRowBackward(
  op: string,
  kernel: RowKernel,
  y: Tensor,
  dy: Tensor,
  options: { axis?: number },
): Tensor {
  checkTensors(op, { y, dy });
  checkFloat(op, 'y', y);
  checkFloat(op, 'dy', dy);
  checkShape(op, 'dy', dy.shape, y.shape, 'y');
  const { rows } = rowsAlong(op, y, options.axis);
  const dx = y.backend.empty(y.shape, y.dtype);
  launchRows(y.backend.runtime, { op, kernel, rows, bind: { y: read(y), dy: read(dy), dx: write(dx) } });
  return dx;
}

/** An op from rows `x` to one value per row. Removes the axis, or keeps it with length 1. */
export function launchRowReduction(
  op: string,
  kernel: RowKernel,
  x: Tensor,
  options: { axis?: number; keepDims?: boolean },
  dtype: DType,
): Tensor {
  checkTensors(op, { x });
  checkFloat(op, 'x', x);
  const { rows, axis } = rowsAlong(op, x, options.axis);
  const shape = x.shape.flatMap((length, at) => (at !== axis ? [length] : options.keepDims ? [1] : []));
  const y = x.backend.empty(shape, dtype);
  launchRows(x.backend.runtime, { op, kernel, rows, bind: { x: read(x), y: result(y) } });
  return y;
}
