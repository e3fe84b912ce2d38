import { around } from '../src/plan/strides.ts';
import type { NdArray } from '../src/reference/index.ts';
import type { BenchOp, Case, Inputs } from './case.ts';

/** Rows or channels that are judged, spread over all: results that stop somewhere are seen. */
const SAMPLES = 48;
/** The most that a right result is off, of the largest true value: 2^-14 in f32, 2^-9 in f16. */
const ALLOWED = { f32: 2 ** -14, f16: 2 ** -9 };

/** How far off a contender's results are. */
export interface Verdict {
  readonly right: boolean;
  /** The largest error of any result, of that result's largest true value. */
  readonly error: number;
  /** What is wrong, where something is. */
  readonly wrong?: string;
}

/** Compares results with float64. Made once a case, asked for every contender. */
export function judge(op: BenchOp, one: Case, inputs: Inputs): (got: Record<string, ArrayLike<number>>) => Verdict {
  const axis = op.sampled(one);
  const length = one.shape[axis] as number;
  const taken = spread(length, SAMPLES);
  const some: Inputs = Object.fromEntries(
    Object.entries(inputs).map(([name, x]) => [name, take(x, axisOf(x.shape, one.shape, axis), taken)]),
  );
  const truth = op.truth(one, some, taken.length / length, inputs);
  const shapes = new Map(Object.entries(truth).map(([name, { shape }]) => [name, shape]));
  return (got) => {
    let worst = { error: 0, name: '' };
    for (const [name, { shape, data }] of Object.entries(truth)) {
      const values = got[name];
      if (!values) continue; // a contender that does not give it
      const at = axisOf(shape, one.shape, axis);
      const whole = [...shape];
      if (at !== undefined) whole[at] = length;
      const found = take({ shape: whole, data: values as Float32Array }, at, taken).data;
      const error = errorOf(found, data as ArrayLike<number>);
      if (!(error <= worst.error)) worst = { error, name };
    }
    const right = worst.error <= ALLOWED[one.dtype];
    const { error } = worst;
    if (right) return { right, error };
    return {
      right,
      error,
      wrong: `${worst.name} ${(shapes.get(worst.name) ?? []).length > 0 ? 'is' : 'is'} off by ${error.toExponential(1)} of its largest value`,
    };
  };
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

/** Infinity where one is no number. */
function errorOf(found: ArrayLike<number>, truth: ArrayLike<number>): number {
  let scale = 0;
  let error = found.length === truth.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < truth.length; i++) scale = Math.max(scale, Math.abs(truth[i] as number));
  for (let i = 0; i < truth.length; i++) {
    const off = Math.abs((found[i] as number) - (truth[i] as number));
    if (!(off <= error)) error = Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
  }
  return scale > 0 ? error / scale : error;
}
