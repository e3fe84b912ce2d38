import floats from '../../shaders/elementwise/multiply_f32.wgsl';
import integers from '../../shaders/elementwise/multiply_int.wgsl';
import product from '../../shaders/elementwise/product.wgsl';
import type { Tensor } from '../core/tensor.ts';
import { binary, binaryOf, FLOATS, ofFloats, ofIntegers } from './elementwise.ts';

const KERNELS = { ...ofFloats(binaryOf(floats, product, ...FLOATS)), ...ofIntegers(binaryOf(integers)) };

/** `a · b`, broadcast as in numpy. Both f32, f16, i32 or u32; integers wrap. Returns a new tensor of the common shape. */
export function multiply(a: Tensor, b: Tensor): Tensor {
  return binary('multiply', KERNELS, a, b);
}
