import { around, productOf } from '../src/plan/strides.ts';
import type { NdArray } from '../src/reference/index.ts';
import type { BenchOp, Case, Inputs } from './case.ts';

/** The number of rows or channels to check, spread over all of them to catch results that end early. */
const SAMPLES = 48;
/** The largest error of a correct result relative to the largest true value: 2^-14 in f32, 2^-9 in f16. */
const ALLOWED = { f32: 2 ** -14, f16: 2 ** -9 };
/** A zero where the true value is below this fraction of the largest one does not mean that nothing was computed. */
const NEGLIGIBLE = 2 ** -12;

/** The verdict on a contender's results. */
export interface Verdict {
  readonly right: boolean;
  /** The largest error relative to the largest true value, over all results; absent if there were no results. */
  readonly error?: number;
  /** What is wrong, if anything. */
  readonly wrong?: string;
}

/** Returns a function that compares results with float64. It is created once per case and called for every contender. */
export function checkerOf(op: BenchOp, one: Case, inputs: Inputs): (got: Record<string, ArrayLike<number>>) => Verdict {
  const axis = op.sampled(one);
  const length = one.shape[axis] as number;
  const taken = spread(length, SAMPLES);
  const some: Inputs = Object.fromEntries(
    Object.entries(inputs).map(([name, x]) => [name, take(x, axisOf(x.shape, one.shape, axis), taken)]),
  );
  const truth = op.truth(one, some, taken.length / length, inputs);
  return (got) => {
    let worst = { error: 0, wrong: '' };
    if (!Object.keys(truth).some((name) => got[name])) return { right: false, wrong: 'it gives none of the results' };
    for (const [name, { shape, data }] of Object.entries(truth)) {
      const values = got[name];
      if (!values) continue; // the contender does not compute it
      const at = axisOf(shape, one.shape, axis);
      const whole = shape.map((each, i) => (i === at ? length : each));
      const found = compare(values as Float32Array, { shape: whole, at, taken }, data as ArrayLike<number>);
      if (!(found.error <= worst.error)) worst = { error: found.error, wrong: `${name} ${found.wrong}` };
    }
    const { error, wrong } = worst;
    return error <= ALLOWED[one.dtype] ? { right: true, error } : { right: false, error, wrong };
  };
}

/** The error of a sampled result, and a description of what is wrong with it. */
function compare(
  values: Float32Array,
  { shape, at, taken }: { shape: readonly number[]; at: number | undefined; taken: readonly number[] },
  truth: ArrayLike<number>,
): { error: number; wrong: string } {
  const expected = productOf(shape);
  if (values.length !== expected) {
    return { error: Number.POSITIVE_INFINITY, wrong: `has ${values.length} values, expected ${expected}` };
  }
  const found = take({ shape, data: values }, at, taken).data as Float32Array;
  const { error, odd, zeros, notable } = errorOf(found, truth);
  const share = (count: number, of: number) => `${Number(((100 * count) / of).toPrecision(3))} %`;
  if (odd > 0) return { error, wrong: `is not finite in ${share(odd, truth.length)} of it` };
  if (zeros === notable && zeros > 0) return { error, wrong: 'is 0 everywhere' };
  if (zeros > 0) return { error, wrong: `is 0 in ${share(zeros, notable)} of what should not be` };
  return { error, wrong: `is off by ${error.toExponential(1)} of its largest value` };
}

/** The sampled axis of a tensor: that of the case's shape, or axis 0 of a tensor with one element per row or channel. */
function axisOf(shape: readonly number[], of: readonly number[], axis: number): number | undefined {
  if (shape.length === of.length) return axis;
  return shape.length === 1 ? 0 : undefined;
}

function spread(length: number, most: number): number[] {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / Math.max(count - 1, 1)));
}

function take<T extends NdArray>(x: T, axis: number | undefined, taken: readonly number[]): T {
  if (axis === undefined) return x;
  const { outer, length, inner } = around(x.shape, axis);
  const data = (x.data as Float32Array).slice(0, outer * taken.length * inner);
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (const index of taken) {
      const start = (o * length + index) * inner;
      data.set((x.data as Float32Array).subarray(start, start + inner), at);
      at += inner;
    }
  }
  return { ...x, shape: x.shape.map((n, i) => (i === axis ? taken.length : n)), data };
}

/**
 * Returns the largest error relative to the largest true value (infinity if a value is non-finite), the number of
 * non-finite values, and the number of zeros where the true value is not small.
 */
function errorOf(found: ArrayLike<number>, truth: ArrayLike<number>) {
  let scale = 0;
  for (let i = 0; i < truth.length; i++) scale = Math.max(scale, Math.abs(truth[i] as number));
  let [error, odd, zeros, notable] = [0, 0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    const [value, right] = [found[i] as number, truth[i] as number];
    if (!Number.isFinite(value)) odd++;
    // A value far below the largest may be rounded to 0.
    if (Math.abs(right) > NEGLIGIBLE * scale) {
      notable++;
      if (value === 0) zeros++;
    }
    error = Math.max(error, Math.abs(value - right));
  }
  if (odd > 0) error = Number.POSITIVE_INFINITY;
  return { error: scale > 0 ? error / scale : error, odd, zeros, notable };
}
