import shader from '../../shaders/convert.wgsl';
import elements from '../../shaders/math/elements.wgsl';
import { type DType, isFloat } from '../core/data.ts';
import type { Runtime, Slice } from '../runtime/runtime.ts';
import { read, write } from './bind.ts';
import { launchElements } from './elements.ts';

const KERNEL = { entry: 'convert', parts: [shader, elements] };

/** The conversions of `convert.wgsl`. Halves are read and written as f32; between integers the bits are kept. */
const CONVERSIONS = { KEEP_BITS: 0, FLOAT_TO_I32: 1, FLOAT_TO_U32: 2, I32_TO_FLOAT: 3, U32_TO_FLOAT: 4 };

function conversionOf(from: DType, to: DType): keyof typeof CONVERSIONS {
  if (isFloat(from) === isFloat(to)) return 'KEEP_BITS';
  if (isFloat(from)) return to === 'i32' ? 'FLOAT_TO_I32' : 'FLOAT_TO_U32';
  return from === 'i32' ? 'I32_TO_FLOAT' : 'U32_TO_FLOAT';
}

/** Writes the values of `x`, converted to the dtype of `y`, to `y`, which has as many elements. */
export function convert(runtime: Runtime, op: string, x: Slice, y: Slice): void {
  const constants = { ...CONVERSIONS, CONVERSION: CONVERSIONS[conversionOf(x.dtype, y.dtype)] };
  launchElements(runtime, { op, kernel: KERNEL, size: x.size, bind: { x: read(x), y: write(y) }, constants });
}
