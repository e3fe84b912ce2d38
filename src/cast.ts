import shader from '../shaders/convert.wgsl';
import type { DType } from './data.ts';
import { ELEMENT_WIDTH, planElements } from './plan/elements.ts';
import type { Tensor } from './tensor.ts';

/** The conversions of `convert.wgsl`, by its numbers; between integers the bits are kept. */
const CONVERSIONS: Record<DType, Record<DType, number>> = {
  f32: { f32: 0, i32: 1, u32: 2 },
  i32: { f32: 3, i32: 0, u32: 0 },
  u32: { f32: 4, i32: 0, u32: 0 },
};

/** The tensor's values in another dtype, in a new tensor. */
export function cast(tensor: Tensor, dtype: DType): Tensor {
  const { runtime } = tensor.backend;
  const result = tensor.backend.empty(tensor.shape, dtype);
  const constants = { WIDTH: ELEMENT_WIDTH, CONVERSION: CONVERSIONS[tensor.dtype][dtype] };
  const kernel = { entry: 'convert', parts: [shader], constants };
  for (const { first, size, groups } of planElements(runtime.machine, tensor.size, 1)) {
    const x = { storage: tensor.storage, byteOffset: tensor.byteOffset + 4 * first, size };
    const y = { storage: result.storage, byteOffset: result.byteOffset + 4 * first, size };
    runtime.launch({ op: 'cast', kernel, bind: { x, y }, params: { size }, groups });
  }
  return result;
}
