import classes from '../../shaders/elementwise/classes.wgsl';
import keys from '../../shaders/key/f32.wgsl';
import backwardShader from '../../shaders/max_pool2d_backward.wgsl';
import firstShader from '../../shaders/max_pool2d_first.wgsl';
import forwardShader from '../../shaders/max_pool2d_forward.wgsl';
import covers from '../../shaders/pool/covers.wgsl';
import elements from '../../shaders/pool/elements.wgsl';
import poolKeys from '../../shaders/pool/keys.wgsl';
import sums from '../../shaders/pool/sums.wgsl';
import { show } from '../core/data.ts';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { productOf } from '../plan/strides.ts';
import type { Windows2d } from '../plan/windows2d.ts';
import { add } from './add.ts';
import { checkDTypes, checkFloat, checkShape, checkTensors } from './check.ts';
import { gather } from './gather.ts';
import { launchPool, type Pool2dOptions, pooledShape, poolWindows } from './pool_launch.ts';

const FORWARD = { entry: 'max_pool2d_forward', parts: [forwardShader, poolKeys, keys, elements] };
const FIRST = { entry: 'max_pool2d_first', parts: [firstShader, poolKeys, keys, elements] };
const BACKWARD = { entry: 'max_pool2d_backward', parts: [backwardShader, covers, sums, classes] };

/**
 * The largest element of each window, as in PyTorch's `max_pool2d`. Padding is never the largest. A NaN in a window
 * makes it NaN.
 * @param x f32 or f16, [N, C, H, W]
 * @returns a new tensor [N, C, OH, OW] with the dtype of `x`; OH = ⌊(H + 2·padding - size) / stride⌋ + 1, OW likewise
 * @throws ShapeError for another rank, planes without elements, windows larger than a padded plane, padding of more
 * than half a window, and planes larger than a binding
 */
export function maxPool2d(x: Tensor, options: Pool2dOptions): Tensor {
  const op = 'maxPool2d';
  checkTensors(op, { x });
  checkFloat(op, 'x', x);
  const windows = poolWindows(op, 'x', x.shape, options);
  const makes = { name: 'y', shape: pooledShape(x.shape, windows), dtype: x.dtype };
  const y = launchPool({ op, kernel: FORWARD, windows, reads: { x }, makes });
  return record(op, { x }, y, {
    keeps: { x },
    back: (dy, { x }) => ({ x: maxPool2dBackward(x, dy, windows) }),
  });
}

/**
 * The gradient of `maxPool2d`: each window's gradient goes to its largest element, the first of equal elements or of
 * NaNs. An element's gradients from several windows are summed in the windows' order, so that results are reproducible
 * bit for bit.
 * @param x the argument of `maxPool2d`, f32 or f16, [N, C, H, W]
 * @param dy the gradient of its result, with that shape and the dtype of `x`
 * @param options the options of `maxPool2d`
 * @returns a new tensor with the shape and dtype of `x`
 * @throws ShapeError if `maxPool2d` would not return the shape of `dy`, and in the cases of `maxPool2d`
 */
export function maxPool2dBackward(x: Tensor, dy: Tensor, options: Pool2dOptions): Tensor {
  const op = 'maxPool2dBackward';
  checkTensors(op, { x, dy });
  checkFloat(op, 'x', x);
  checkDTypes(op, 'dy', dy, x.dtype);
  const windows = poolWindows(op, 'x', x.shape, options);
  const pooled = pooledShape(x.shape, windows);
  checkShape(op, 'dy', dy.shape, pooled, `maxPool2d of ${show(x.shape)}`);
  // Each window finds its largest element once, rather than once per element that it covers.
  const firsts = firstsOf(op, x, windows);
  const makes = { name: 'dx', shape: x.shape, dtype: x.dtype };
  const dx = launchPool({ op, kernel: BACKWARD, windows, reads: { firsts, dy }, makes });
  firsts.dispose();
  return record(op, { x, dy }, dx, {
    keeps: { x },
    back: (g, { x }) => {
      // Each window takes the gradient at its largest element.
      const planes = productOf(x.shape.slice(0, 2));
      const starts = Uint32Array.from({ length: planes }, (_, plane) => (plane * x.size) / planes);
      const places = add(firstsOf(op, x, windows), x.backend.tensor(starts, [...x.shape.slice(0, 2), 1, 1]));
      return { dy: gather(g.reshape([-1]), places) };
    },
  });
}

/** The place in its plane of each window's largest element, u32 in the shape of the result. */
function firstsOf(op: string, x: Tensor, windows: Windows2d): Tensor {
  const makes = { name: 'firsts', shape: pooledShape(x.shape, windows), dtype: 'u32' } as const;
  return launchPool({ op, kernel: FIRST, windows, reads: { x }, makes });
}
