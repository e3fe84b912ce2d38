import shader from '../../shaders/fill.wgsl';
import entries from '../../shaders/math/entries.wgsl';
import { bytesOf, type HostArray } from '../core/data.ts';
import type { Tensor } from '../core/tensor.ts';
import { ELEMENT_WIDTH, planElements } from '../plan/elements.ts';
import { sliceOf, traitsOf, writeParts } from './parts.ts';

/** Fills a new tensor with the one value in `value`, which has the tensor's dtype, or f32 for f16. */
export function fill(tensor: Tensor, value: HostArray): void {
  const { runtime } = tensor.backend;
  const bits = new Uint32Array(value.buffer)[0] as number;
  const { kernel, windows } = runtime.decide(shader, `${tensor.size} ${traitsOf(tensor)}`, () => {
    const plan = planElements(runtime.machine, tensor.size, [bytesOf(tensor.dtype)]);
    const parts = [shader, entries, ...writeParts('y', tensor, true)];
    const constants = { WIDTH: ELEMENT_WIDTH, PACK: plan.pack };
    return { kernel: { entry: 'fill', parts, constants }, windows: plan.windows };
  });
  for (const { first, size, groups } of windows) {
    runtime.launch({ op: 'full', kernel, bind: { y: sliceOf(tensor, first, size) }, params: { size, bits }, groups });
  }
}
