import { setFloat16 } from '@petamoriken/float16';
import type { Backend, Tensor } from '../../src/index.ts';
import type { HostInput, Input, Layout } from './call.ts';
import { hostInput } from './values.ts';

/** An input on the GPU and the whole memory that contains it. */
export interface Placed {
  readonly tensor: Tensor;
  readonly whole: Tensor;
  /** The values of `whole` before the call: the input, and the elements around it. */
  readonly stored: ArrayLike<number>;
  readonly buffer?: GPUBuffer;
}

/** The number of elements before and after the input. It is odd so that the input is unaligned. */
const BEFORE = 3;
const AFTER = 5;
/** The values of these elements. Reading one gives a large error; for integers it is 0, which is a valid label. */
const STRANGE = { f32: 12345, f16: 12344, i32: 0, u32: 0 };
/** STORAGE, COPY_SRC and COPY_DST. */
const USAGE = 0x80 | 0x4 | 0x8;

/** Uploads an input with the given layout. */
export function place(backend: Backend, input: HostInput, layout: Layout): Placed {
  const { shape, dtype, data } = input;
  if (layout === 'own') {
    const tensor = backend.tensor(data, shape, dtype);
    return { tensor, whole: tensor, stored: data };
  }
  const size = BEFORE + data.length + AFTER;
  const stored = new Float64Array(size).fill(STRANGE[dtype]);
  stored.set(data, BEFORE);
  if (layout === 'view') {
    const whole = backend.tensor(stored, [size], dtype);
    return { tensor: whole.view(BEFORE, shape), whole, stored };
  }
  const bytes = dtype === 'f16' ? 2 : 4;
  const buffer = backend.device.createBuffer({
    size: 4 * Math.ceil((size * bytes) / 4),
    usage: USAGE,
    mappedAtCreation: true,
  });
  const memory = new DataView(buffer.getMappedRange());
  for (const [i, value] of stored.entries()) {
    if (dtype === 'f16') setFloat16(memory, 2 * i, value, true);
    else if (dtype === 'f32') memory.setFloat32(4 * i, value, true);
    else memory.setInt32(4 * i, value | 0, true);
  }
  buffer.unmap();
  const tensor = backend.fromBuffer(buffer, shape, dtype, bytes * BEFORE);
  return { tensor, whole: backend.fromBuffer(buffer, [size], dtype), stored, buffer };
}

/** Allocates the input without setting its values, except for labels, which are uploaded. */
export function placeEmpty(backend: Backend, input: Input): Placed {
  const { shape, dtype, layout } = input;
  if (dtype === 'i32' || dtype === 'u32') return place(backend, hostInput(input), layout === 'own' ? layout : 'view');
  if (layout === 'own') {
    const tensor = backend.empty(shape, dtype);
    return { tensor, whole: tensor, stored: [] };
  }
  const size = shape.reduce((product, length) => product * length, 1);
  const whole = backend.empty([BEFORE + size + AFTER], dtype);
  return { tensor: whole.view(BEFORE, shape), whole, stored: [] };
}
