/**
 * The bits of halves (IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits) whose values are in a Float32Array, as
 * returned by `tensor.data()`. Exact: NaN stays NaN with the upper bits of its payload, and -0 keeps its sign.
 * @param values representable as halves; any further bits are truncated
 */
export function toHalves(values: Float32Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(words, halfOf);
}

/** The values of halves, each exactly an f32. */
export function fromHalves(halves: Uint16Array): Float32Array<ArrayBuffer> {
  return new Float32Array(Uint32Array.from(halves, wordOf).buffer);
}

/** Converts the bits of an f32 to those of a half. The exponents' biases are 127 and 15, which differ by 112. */
function halfOf(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const exponent = (word >>> 23) & 0xff;
  const fraction = word & 0x7fffff;
  if (exponent === 0xff) {
    // A NaN whose payload does not reach the upper ten bits would become infinity.
    const payload = fraction === 0 ? 0 : fraction >>> 13 || 0x200;
    return sign | 0x7c00 | payload;
  }
  if (exponent > 112) return sign | ((exponent - 112) << 10) | (fraction >>> 13);
  // Subnormal: a multiple of 2^-24. Any exponent below 103 gives zero.
  return exponent < 103 ? sign : sign | ((0x800000 | fraction) >>> (126 - exponent));
}

/** Converts the bits of a half to those of an f32. */
function wordOf(half: number): number {
  const sign = ((half & 0x8000) << 16) >>> 0;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign + 0x7f800000 + (fraction << 13);
  if (exponent > 0) return sign + ((exponent + 112) << 23) + (fraction << 13);
  if (fraction === 0) return sign;
  // Subnormal: fraction · 2^-24, whose leading one becomes the implicit one of a normal f32.
  const shift = Math.clz32(fraction) - 21;
  return sign + ((113 - shift) << 23) + (((fraction << shift) & 0x3ff) << 13);
}
