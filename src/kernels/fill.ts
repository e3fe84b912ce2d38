import shader from '../../shaders/fill.wgsl';
import elements from '../../shaders/math/elements.wgsl';
import type { HostArray } from '../core/data.ts';
import type { Runtime, Slice } from '../runtime/runtime.ts';
import { write } from './bind.ts';
import { launchElements } from './elements.ts';

const KERNEL = { entry: 'fill', parts: [shader, elements] };

/** Fills a slice with the single element of `value`, whose dtype is the slice's, or f32 for f16. */
export function fill(runtime: Runtime, y: Slice, value: HostArray): void {
  const bits = new Uint32Array(value.buffer)[0] as number;
  launchElements(runtime, { op: 'full', kernel: KERNEL, size: y.size, bind: { y: write(y) }, params: { bits } });
}
