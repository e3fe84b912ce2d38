import fc from 'fast-check';
import * as reference from '../../../src/reference/index.ts';
import type { Call, HostInput, Op, Options } from '../call.ts';
import { direct } from '../direct.ts';
import { axes, axisOf, filled, inputsOf, looks, optionsOf, perhaps, seldom } from '../draws.ts';
import { values } from '../values.ts';

/** Below, a flushed subnormal is no error (src/cli/check/cases/rows.ts). */
const TINY = 1e-30;

const axisIn = ({ axis }: Options) => ({ axis: (axis as number | undefined) ?? -1 });
const magnitudes = ({ shape, data }: HostInput, by: (value: number, i: number) => number = Math.abs) => ({
  shape,
  data: Float64Array.from(data as Float32Array, by),
});

/** For each element the sum over its row. */
function overRow(x: { shape: readonly number[]; data: Float64Array }, options: Options): Float64Array {
  const folded = reference.sum(x, { ...axisIn(options), keepDims: true });
  return reference.add(folded, { shape: x.shape, data: new Float64Array(x.data.length) }).data;
}

const forward = {
  dtype: (inputs, options) => (options.dtype as 'f32') ?? inputs.x?.dtype,
} satisfies Partial<Op>;

export const ROWS: Readonly<Record<string, Op>> = {
  softmax: direct('softmax', ['x'], { ...forward, floors: () => ({ y: TINY }) }),
  // The sum's relative error is the logarithm's absolute one.
  logSoftmax: direct('logSoftmax', ['x'], { ...forward, floors: () => ({ y: 1 }) }),
  logSumExp: direct('logSumExp', ['x'], {
    ...forward,
    floors: ({ x }, options, { y }) => {
      const { axis } = axisIn(options);
      const finite = magnitudes(x as HostInput, (value) => (Number.isNaN(value) ? 0 : value));
      const size = (x as HostInput).shape.at(axis) ?? 1;
      const largest = size > 0 ? reference.max(finite, { axis }).data : new Float64Array(y?.length ?? 0);
      return { y: (y as Float64Array).map((value, row) => 1 + Math.abs(value) + Math.abs(largest[row] as number)) };
    },
  }),
  argmax: direct('argmax', ['x'], { dtype: () => 'u32' }),
  hardmax: direct('hardmax', ['x'], { ...forward }),
  softmaxBackward: direct('softmaxBackward', ['y', 'dy'], {
    dtype: ({ y }) => (y as HostInput).dtype,
    // y·(dy - Σ y·dy): the terms of the difference.
    floors: ({ y, dy }, options) => {
      const [p, d] = [magnitudes(y as HostInput), magnitudes(dy as HostInput)];
      const dots = overRow({ shape: p.shape, data: p.data.map((value, i) => value * d.data[i]!) }, options);
      return { y: p.data.map((value, i) => Math.max(TINY, value * (d.data[i]! + dots[i]!))) };
    },
  }),
  logSoftmaxBackward: direct('logSoftmaxBackward', ['y', 'dy'], {
    dtype: ({ y }) => (y as HostInput).dtype,
    // dy - exp(y)·Σdy
    floors: ({ y, dy }, options) => {
      const d = magnitudes(dy as HostInput);
      const sums = overRow(d, options);
      return { y: d.data.map((value, i) => Math.max(TINY, value + Math.exp((y as HostInput).data[i]!) * sums[i]!)) };
    },
  }),
};

const EMPTY_ROWS = fc.constantFrom('nan', 'zero', 'uniform');

const forwardCalls: fc.Arbitrary<Call> = fc
  .record({
    op: fc.constantFrom('softmax', 'logSoftmax', 'logSumExp', 'argmax', 'hardmax'),
    look: looks,
    x: filled('any'),
    axis: perhaps(axes),
    emptyRow: perhaps(EMPTY_ROWS),
    keepDims: perhaps(fc.boolean()),
    dtype: seldom(fc.constantFrom('f32', 'f16')),
  })
  .map(({ op, look, x, axis: drawn, emptyRow, keepDims, dtype }) => {
    const axis = drawn && axisOf(drawn, x.shape.length);
    const normalizes = op === 'softmax' || op === 'logSoftmax';
    const options = normalizes ? { axis, emptyRow, dtype } : op === 'hardmax' ? { axis } : { axis, keepDims };
    const along = axis ?? -1;
    // No element, no largest.
    const shape =
      op === 'argmax' && x.shape.length > 0 ? x.shape.with(along, Math.max(1, x.shape.at(along) ?? 1)) : x.shape;
    return {
      op,
      machine: look.machine,
      inputs: inputsOf(look, { x: { ...x, shape } }),
      options: optionsOf(options),
    };
  });

const backwardCalls: fc.Arbitrary<Call> = fc
  .record({
    op: fc.constantFrom('softmaxBackward', 'logSoftmaxBackward'),
    look: looks,
    y: filled('unit'),
    log: values('logProbability'),
    dy: values('any'),
    axis: perhaps(axes),
  })
  .map(({ op, look, y, log, dy, axis: drawn }) => {
    const axis = drawn && axisOf(drawn, y.shape.length);
    const inputs = {
      y: { ...y, values: op === 'softmaxBackward' ? y.values : log },
      dy: { shape: y.shape, values: dy },
    };
    return { op, machine: look.machine, inputs: inputsOf(look, inputs), options: optionsOf({ axis }) };
  });

export const rowCalls = fc.oneof({ weight: 2, arbitrary: forwardCalls }, { weight: 1, arbitrary: backwardCalls });
