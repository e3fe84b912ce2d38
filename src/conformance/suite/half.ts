import { f16round } from '@petamoriken/float16';
import { type Floats, type HostTensor, halvesOf } from './data.ts';

/** The dtypes of floats. */
export type FloatType = 'f32' | 'f16';
export const FLOAT_TYPES: readonly FloatType[] = ['f32', 'f16'];

/** The largest half. */
export const LARGEST_HALF = 65504;
/** The unit of halves below 2^-14, the smallest half there is. */
export const SMALLEST_HALF = 2 ** -24;

/** Returns the half nearest to a value, ties to even; infinity from 65,520 up. */
export const toHalf: (value: number) => number = f16round;

/** One unit in the last place of halves at a value, at least 2^-24. */
export function halfUlp(value: number): number {
  const size = Math.abs(value);
  if (size < 2 ** -14) return SMALLEST_HALF;
  const unit = 2 ** (Math.floor(Math.log2(size)) - 10);
  // Just below a power of two, the logarithm may round up.
  return unit * 1024 > size ? unit / 2 : unit;
}

/** Returns floats as a tensor of the dtype stores them. */
export function as<T extends HostTensor>(dtype: FloatType, x: T): T | Floats {
  if (dtype === 'f32' || !(x.data instanceof Float32Array)) return x;
  return { shape: x.shape, data: halvesOf(x.data as Float32Array<ArrayBuffer>), dtype };
}

/** Returns the name of a case with inputs of the dtype. */
export function named(name: string, dtype: FloatType): string {
  return dtype === 'f32' ? name : `${name}, ${dtype}`;
}
