import { around, productOf } from '../src/plan/strides.ts';
import type { NdArray } from '../src/reference/index.ts';
import type { BenchOp, Case, Inputs } from './case.ts';

/** Rows or channels that are checked, spread over all: results that stop somewhere are seen. */
const SAMPLES = 48;
/** The most that a right result is off, of the largest true value: 2^-14 in f32, 2^-9 in f16. */
const ALLOWED = { f32: 2 ** -14, f16: 2 ** -9 };
/** Of the largest true value: what is smaller is no sign of a result that was not computed. */
const NEGLIGIBLE = 2 ** -12;

/** How far off a contender's results are. */
export interface Verdict {
  readonly right: boolean;
  /** The largest error of any result, of that result's largest true value; absent where there was none to measure by. */
  readonly error?: number;
  /** What is wrong, where something is. */
  readonly wrong?: string;
}

/** Compares results with float64. Made once a case, asked for every contender. */
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
      if (!values) continue; // a contender that does not give it
      const at = axisOf(shape, one.shape, axis);
      const whole = shape.map((each, i) => (i === at ? length : each));
      const found = compare(values as Float32Array, { shape: whole, at, taken }, data as ArrayLike<number>);
      if (!(found.error <= worst.error)) worst = { error: found.error, wrong: `${name} ${found.wrong}` };
    }
    const { error, wrong } = worst;
    return error <= ALLOWED[one.dtype] ? { right: true, error } : { right: false, error, wrong };
  };
}

/** How far what was taken of a result is from the truth, and in words. */
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

/** Which axis of a tensor is the sampled one: that of the case's shape, or the only one of what has an element each. */
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
 * The largest error, of the largest true value: infinity where one is no number. And how many are none, and how many are
 * 0 of those that are too large to be.
 */
function errorOf(found: ArrayLike<number>, truth: ArrayLike<number>) {
  let scale = 0;
  for (let i = 0; i < truth.length; i++) scale = Math.max(scale, Math.abs(truth[i] as number));
  let [error, odd, zeros, notable] = [0, 0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    const [value, right] = [found[i] as number, truth[i] as number];
    if (!Number.isFinite(value)) odd++;
    // What is far below the largest may well be rounded to nothing.
    if (Math.abs(right) > NEGLIGIBLE * scale) {
      notable++;
      if (value === 0) zeros++;
    }
    error = Math.max(error, Math.abs(value - right));
  }
  if (odd > 0) error = Number.POSITIVE_INFINITY;
  return { error: scale > 0 ? error / scale : error, odd, zeros, notable };
}
