import backwardShader from '../../shaders/average_pool2d_backward.wgsl';
import forwardShader from '../../shaders/average_pool2d_forward.wgsl';
import classes from '../../shaders/elementwise/classes.wgsl';
import counts from '../../shaders/pool/counts.wgsl';
import covers from '../../shaders/pool/covers.wgsl';
import elements from '../../shaders/pool/elements.wgsl';
import sums from '../../shaders/pool/sums.wgsl';
import { type Shape, show, sizeOf } from '../core/data.ts';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { checkFloat, checkOption, checkShape, checkTensors } from './check.ts';
import { launchPool, type Pool2dOptions, pooledShape, poolWindows } from './pool_launch.ts';

export interface AveragePool2dOptions extends Pool2dOptions {
  /**
   * Whether means include the padding, as zeros; if not, sums are divided by the number of real elements.
   * @default true
   */
  countPadding?: boolean;
}

const FORWARD = { entry: 'average_pool2d_forward', parts: [forwardShader, counts, sums, classes, elements] };
const BACKWARD = { entry: 'average_pool2d_backward', parts: [backwardShader, counts, covers, sums, classes] };

/**
 * The mean of each window, as in PyTorch's `avg_pool2d`. Sums are in f32. One lane computes each window: for windows as
 * large as the plane, `mean` over axes 2 and 3 is faster, since it reduces with many lanes.
 * @param x f32 or f16, [N, C, H, W]
 * @returns a new tensor [N, C, OH, OW] with the dtype of `x`; OH = ⌊(H + 2·padding - size) / stride⌋ + 1, OW likewise
 * @throws ShapeError for another rank, planes without elements, windows larger than a padded plane, padding of more
 * than half a window, and planes larger than a binding
 */
export function averagePool2d(x: Tensor, options: AveragePool2dOptions): Tensor {
  const op = 'averagePool2d';
  checkTensors(op, { x });
  checkFloat(op, 'x', x);
  const countPadding = countingOf(op, options);
  const windows = poolWindows(op, 'x', x.shape, options);
  const makes = { name: 'y', shape: pooledShape(x.shape, windows), dtype: x.dtype };
  const constants = { COUNT_PADDING: countPadding };
  const y = launchPool({ op, kernel: FORWARD, windows, reads: { x }, makes, constants });
  return record(op, { x }, y, {
    back: (dy) => ({ x: averagePool2dBackward(dy, { ...windows, countPadding, shape: x.shape }) }),
  });
}

/**
 * The gradient of `averagePool2d`: each window's gradient, divided like its sum, goes to each of its elements. An
 * element's gradients from several windows are summed in the windows' order, so that results are reproducible bit for
 * bit.
 * @param dy the gradient of the result of `averagePool2d`, f32 or f16, [N, C, OH, OW]
 * @param options the options of `averagePool2d`
 * @param options.shape the shape of its argument, [N, C, H, W]
 * @returns a new tensor with that shape and the dtype of `dy`
 * @throws ShapeError if `averagePool2d` would not return the shape of `dy`, and in the cases of `averagePool2d`
 */
export function averagePool2dBackward(dy: Tensor, options: AveragePool2dOptions & { readonly shape: Shape }): Tensor {
  const op = 'averagePool2dBackward';
  checkTensors(op, { dy });
  checkFloat(op, 'dy', dy);
  const { shape } = options;
  const countPadding = countingOf(op, options);
  sizeOf(op, shape);
  const windows = poolWindows(op, 'shape', shape, options);
  checkShape(op, 'dy', dy.shape, pooledShape(shape, windows), `averagePool2d of ${show(shape)}`);
  const makes = { name: 'dx', shape, dtype: dy.dtype };
  const constants = { COUNT_PADDING: countPadding };
  const dx = launchPool({ op, kernel: BACKWARD, windows, reads: { dy }, makes, constants });
  return record(op, { dy }, dx, {
    back: (g) => ({ dy: averagePool2d(g, { ...windows, countPadding }) }),
  });
}

function countingOf(op: string, { countPadding = true }: AveragePool2dOptions): boolean {
  return checkOption(op, 'countPadding', countPadding, [true, false]);
}
