/** NaN cannot be written in WGSL, and a float NaN may not survive a compiler: its bits travel as an integer. */
export const NAN_BITS = 0x7fc00000;

export const LARGEST_F32 = (2 - 2 ** -23) * 2 ** 127;

export const NEGATIVE_INFINITY_BITS = 0xff800000;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The bits of a number as f32. */
export function bitsOf(value: number): number {
  float[0] = value;
  return bits[0] as number;
}
