import { f16round } from '@petamoriken/float16';
import type { DType } from '../../core/data.ts';
import { Random } from '../../random/random.ts';

/** An input of an op on the host: its shape and its values as stored, so that all three arithmetics see the same. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
  /** 'f16' if every value is a half. @default by the array's type */
  readonly dtype?: DType;
}

export type Floats = HostTensor & { readonly data: Float32Array<ArrayBuffer> };
export type Integers = HostTensor & { readonly data: Int32Array<ArrayBuffer> };

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** Returns random numbers seeded by a name: the same in every run and on every machine. */
export function randomFor(name: string): Random {
  let seed = 17;
  for (const letter of name) seed = Math.imul(seed, 31) + (letter.codePointAt(0) as number);
  return new Random(seed);
}

let hasValues = true;

/**
 * Runs `fn`, in which all inputs of floats are zeros: kernels are planned by shapes and by labels, and most of the time
 * goes into values.
 */
export function withoutValues<T>(fn: () => T): T {
  const before = hasValues;
  hasValues = false;
  try {
    return fn();
  } finally {
    hasValues = before;
  }
}

export function floats(shape: readonly number[], value: (i: number) => number): Floats {
  const length = sizeOf(shape);
  return { shape, data: hasValues ? Float32Array.from({ length }, (_, i) => value(i)) : new Float32Array(length) };
}

export function integers(shape: readonly number[], value: (i: number) => number): Integers {
  return { shape, data: Int32Array.from({ length: sizeOf(shape) }, (_, i) => value(i)) };
}

/** Returns a function that calls `make` on first use and caches the result, unless that has no values. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    if (made) return made.value;
    const value = make();
    if (hasValues) made = { value };
    return value;
  };
}

/** Inputs of a shape that `make` computes. */
export function computed(shape: readonly number[], make: () => { readonly data: ArrayLike<number> }): Floats {
  return { shape, data: hasValues ? Float32Array.from(make().data) : new Float32Array(sizeOf(shape)) };
}

/** The nearest halves. */
export function halvesOf(data: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  return hasValues ? Float32Array.from(data, f16round) : data;
}

export function uniform(name: string, shape: readonly number[], low: number, high: number): Floats {
  const random = randomFor(name);
  return floats(shape, () => random.uniform(low, high));
}

/** Normal deviates: Box and Muller's transform (Annals of Mathematical Statistics 29, 1958). */
export function normal(name: string, shape: readonly number[], mean = 0, std = 1): Floats {
  const random = randomFor(name);
  return floats(shape, () => mean + std * deviate(random));
}

export function deviate(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.uniform(0, 1)));
  return radius * Math.cos(2 * Math.PI * random.uniform(0, 1));
}

/** Labels in [0, classes). If given, `ignored` replaces every `ignoredEvery`-th label. */
export function labels(name: string, shape: readonly number[], classes: number, ignored?: number, ignoredEvery = 3) {
  const random = randomFor(name);
  return integers(shape, (i) => {
    const label = Math.floor(random.uniform(0, classes));
    return ignored !== undefined && i % ignoredEvery === 1 ? ignored : label;
  });
}

/** Rows of positive numbers along an axis that sum to one, as precisely as f32 allows. */
export function distributions(name: string, shape: readonly number[], axis = -1): Floats {
  return computed(shape, () => {
    const { data } = uniform(name, shape, 0.01, 1);
    const { rows, rowOf } = rowsIn(shape, axis);
    const totals = new Float64Array(rows);
    data.forEach((value, i) => {
      totals[rowOf(i)]! += value;
    });
    return { data: data.map((value, i) => value / totals[rowOf(i)]!) };
  });
}

/** A shape viewed as rows along one of its axes. */
export interface RowView {
  readonly rows: number;
  readonly cols: number;
  /** The shape of a tensor with one value per row. */
  readonly rowShape: readonly number[];
  /** The row of an element, and its position in the row. */
  readonly rowOf: (i: number) => number;
  readonly columnOf: (i: number) => number;
}

export function rowsIn(shape: readonly number[], axis: number): RowView {
  const at = axis < 0 ? axis + shape.length : axis;
  const inner = sizeOf(shape.slice(at + 1));
  const cols = shape[at] ?? 1;
  return {
    rows: sizeOf(shape.slice(0, at)) * inner,
    cols,
    rowShape: shape.filter((_, index) => index !== at),
    rowOf: (i) => Math.floor(i / (cols * inner)) * inner + (i % inner),
    columnOf: (i) => Math.floor(i / inner) % cols,
  };
}

export function map(x: HostTensor, f: (value: number, i: number) => number): Floats {
  return floats(x.shape, (i) => f(x.data[i] as number, i));
}

/** The magnitudes of elements, as a floor. */
export function magnitudes({ data }: { readonly data: ArrayLike<number> }): Float64Array {
  return Float64Array.from(data, Math.abs);
}
