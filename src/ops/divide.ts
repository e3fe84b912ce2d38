import dividePart from '../../shaders/elementwise/divide.wgsl';
import type { Tensor } from '../core/tensor.ts';
import { binary, binaryOf, FLOATS, ofFloats } from './elementwise.ts';

const KERNELS = ofFloats(binaryOf(dividePart, ...FLOATS));

/** `a / b`, broadcast as in numpy. Both f32 or f16. Returns a new tensor of the common shape. */
export function divide(a: Tensor, b: Tensor): Tensor {
  return binary('divide', KERNELS, a, b);
}
