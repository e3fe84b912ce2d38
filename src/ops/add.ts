import floats from '../../shaders/elementwise/add_f32.wgsl';
import integers from '../../shaders/elementwise/add_int.wgsl';
import plus from '../../shaders/elementwise/plus.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { binary, binaryOf, FLOATS, ofFloats, ofIntegers } from './elementwise.ts';

const KERNELS = { ...ofFloats(binaryOf(floats, plus, ...FLOATS)), ...ofIntegers(binaryOf(integers)) };

/** `a + b`, broadcast as in numpy. Both f32, f16, i32 or u32; integers wrap. Returns a new tensor of the common shape. */
export function add(a: Tensor, b: Tensor): Tensor {
  const y = binary('add', KERNELS, a, b);
  return record('add', { a, b }, y, {
    back: (dy, _, { sumTo }) => ({ a: sumTo(dy, a.shape), b: sumTo(dy, b.shape) }),
  });
}
