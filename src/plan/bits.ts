/**
 * The bits of NaN. WGSL has no NaN literal, and a compiler may not preserve a float NaN, so kernels take it as an
 * integer.
 */
export const NAN_BITS = 0x7fc00000;

export const LARGEST_F32 = (2 - 2 ** -23) * 2 ** 127;

export const NEGATIVE_INFINITY_BITS = 0xff800000;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Returns the bits of a number as f32. */
export function bitsOf(value: number): number {
  float[0] = value;
  return bits[0] as number;
}
