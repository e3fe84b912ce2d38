import shader from '../shaders/fill.wgsl';
import type { HostArray } from './data.ts';
import { ELEMENT_WIDTH, planElements } from './plan/elements.ts';
import type { Tensor } from './tensor.ts';

/** Fills a tensor with the one value in `value`, which has the tensor's dtype. */
export function fill(tensor: Tensor, value: HostArray): void {
  const { runtime } = tensor.backend;
  const bits = new Uint32Array(value.buffer)[0] as number;
  const kernel = { entry: 'fill', parts: [shader], constants: { WIDTH: ELEMENT_WIDTH } };
  for (const { first, size, groups } of planElements(runtime.machine, tensor.size, 1)) {
    const y = { storage: tensor.storage, byteOffset: tensor.byteOffset + 4 * first, size };
    runtime.launch({ op: 'full', kernel, bind: { y }, params: { size, bits }, groups });
  }
}
