import shader from '../../shaders/fill.wgsl';
import entries from '../../shaders/math/entries.wgsl';
import type { HostArray } from '../core/data.ts';
import type { Runtime, Slice } from '../runtime/runtime.ts';
import { write } from './bind.ts';
import { launchEntries } from './entries.ts';

const KERNEL = { entry: 'fill', parts: [shader, entries] };

/** Fills a slice with the one value in `value`, which has its dtype, or f32 for f16. */
export function fill(runtime: Runtime, y: Slice, value: HostArray): void {
  const bits = new Uint32Array(value.buffer)[0] as number;
  launchEntries(runtime, { op: 'full', kernel: KERNEL, size: y.size, bind: { y: write(y) }, params: { bits } });
}
