import { bytesOf } from '../../src/core/data.ts';
import { NAN_BITS } from '../../src/plan/bits.ts';
import type { Machine } from '../../src/plan/machine.ts';
import { link, type ParamField } from '../../src/runtime/link.ts';
import type { Launch } from '../../src/runtime/runtime.ts';

/** Returns the parameter block of a launch, in words, as the kernel reads it. */
export function paramWords({ kernel, bind, params }: Launch, { offsetAlignment }: Machine): number[] {
  const linked = link(kernel);
  const words = new DataView(new ArrayBuffer(linked.paramBytes));
  const wordsOf = ({ name, originOf }: ParamField): number | readonly number[] => {
    if (originOf === undefined) return name === 'nan_bits' ? NAN_BITS : (params[name] ?? 0);
    const slice = bind[linked.bindings[originOf]?.name ?? ''];
    return slice ? (slice.byteOffset % offsetAlignment) / bytesOf(slice.dtype) : 0;
  };
  for (const field of linked.params) {
    const values = [wordsOf(field)].flat();
    for (const [at, value] of values.entries()) {
      if (field.type === 'f32') words.setFloat32(field.offset + 4 * at, value, true);
      else words.setUint32(field.offset + 4 * at, value, true);
    }
  }
  return Array.from({ length: linked.paramBytes / 4 }, (_, at) => words.getUint32(4 * at, true));
}
