import shader from '../../shaders/convert.wgsl';
import entries from '../../shaders/math/entries.wgsl';
import { type DType, isFloat } from '../core/data.ts';
import type { Runtime, Slice } from '../runtime/runtime.ts';
import { read, write } from './bind.ts';
import { launchEntries } from './entries.ts';

const KERNEL = { entry: 'convert', parts: [shader, entries] };

/** The conversions of `convert.wgsl`, by its numbers. Halves are read and written as f32; between integers bits are kept. */
function conversionOf(from: DType, to: DType): number {
  if (isFloat(from) === isFloat(to)) return 0;
  if (isFloat(from)) return to === 'i32' ? 1 : 2;
  return from === 'i32' ? 3 : 4;
}

/** The values of `x` into `y`, which has as many elements, in the dtype of `y`. */
export function convert(runtime: Runtime, op: string, x: Slice, y: Slice): void {
  const constants = { CONVERSION: conversionOf(x.dtype, y.dtype) };
  launchEntries(runtime, { op, kernel: KERNEL, size: x.size, bind: { x: read(x), y: write(y) }, constants });
}
