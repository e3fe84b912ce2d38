import shader from '../../shaders/convert.wgsl';
import entries from '../../shaders/math/entries.wgsl';
import { bytesOf, type DType, isFloat } from '../core/data.ts';
import { ELEMENT_WIDTH, planElements } from '../plan/elements.ts';
import type { Runtime, Slice } from '../runtime/runtime.ts';
import { isAligned, ownsVectors, readParts, sliceOf, traitsOf, writeParts } from './parts.ts';

/** The conversions of `convert.wgsl`, by its numbers. Halves are read and written as f32; between integers bits are kept. */
function conversionOf(from: DType, to: DType): number {
  if (isFloat(from) === isFloat(to)) return 0;
  if (isFloat(from)) return to === 'i32' ? 1 : 2;
  return from === 'i32' ? 3 : 4;
}

/** The values of `x` into `y`, which has as many elements, in the dtype of `y`. */
export function convert(runtime: Runtime, op: string, x: Slice, y: Slice): void {
  const { kernel, plan } = runtime.decide(shader, `${x.size} ${traitsOf(x)}${traitsOf(y)}`, (machine) => {
    const plan = planElements(machine, x.size, [bytesOf(x.dtype), bytesOf(y.dtype)]);
    const io = [...readParts(machine, 'x', x, isAligned(x)), ...writeParts(machine, 'y', y, ownsVectors(y))];
    const constants = { WIDTH: ELEMENT_WIDTH, PACK: plan.pack, CONVERSION: conversionOf(x.dtype, y.dtype) };
    return { kernel: { entry: 'convert', parts: [shader, entries, ...io], constants }, plan };
  });
  for (const { first, size, groups } of plan.windows) {
    const bind = { x: sliceOf(x, first, size), y: sliceOf(y, first, size) };
    runtime.launch({ op, kernel, bind, params: { size }, groups, plan });
  }
}
