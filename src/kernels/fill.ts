import shader from '../../shaders/fill.wgsl';
import entries from '../../shaders/math/entries.wgsl';
import { bytesOf, type HostArray } from '../core/data.ts';
import { ELEMENT_WIDTH, planElements } from '../plan/elements.ts';
import type { Runtime, Slice } from '../runtime/runtime.ts';
import { sliceOf, traitsOf, writeParts } from './parts.ts';

/** Fills a storage of its own with the one value in `value`, which has the slice's dtype, or f32 for f16. */
export function fill(runtime: Runtime, y: Slice, value: HostArray): void {
  const bits = new Uint32Array(value.buffer)[0] as number;
  const { kernel, plan } = runtime.decide(shader, `${y.size} ${traitsOf(y)}`, (machine) => {
    const plan = planElements(machine, y.size, [bytesOf(y.dtype)]);
    const parts = [shader, entries, ...writeParts(machine, 'y', y, true)];
    const constants = { WIDTH: ELEMENT_WIDTH, PACK: plan.pack };
    return { kernel: { entry: 'fill', parts, constants }, plan };
  });
  for (const { first, size, groups } of plan.windows) {
    const bind = { y: sliceOf(y, first, size) };
    runtime.launch({ op: 'full', kernel, bind, params: { size, bits }, groups, plan });
  }
}
