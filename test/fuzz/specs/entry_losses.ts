import fc from 'fast-check';
import * as reference from '../../../src/reference/index.ts';
import type { Call, HostInput, Op, Options } from '../call.ts';
import { direct } from '../direct.ts';
import { filled, inputsOf, looks, optionsOf, perhaps, styleOf } from '../draws.ts';
import { values } from '../values.ts';

const TINY = 1e-30;

export const ENTRY_LOSSES: Readonly<Record<string, Op>> = {
  // All terms are at least 0: nothing cancels.
  binaryCrossEntropyWithLogits: direct('binaryCrossEntropyWithLogits', ['x', 'targets'], {
    dtype: () => 'f32',
    floors: () => ({ y: TINY }),
  }),
  binaryCrossEntropyWithLogitsBackward: direct('binaryCrossEntropyWithLogitsBackward', ['x', 'targets'], {
    dtype: ({ x }) => (x as HostInput).dtype,
    // (1 - t)·σ(x) - t·σ(-x): the gradient is linear in t, so its terms are those of t = 0 and 1.
    floors: ({ x, targets, ...rest }, options) => {
      const { shape, data } = x as HostInput;
      const at = (value: number) => {
        const all = { shape, data: new Float64Array(data.length).fill(value) };
        return reference.binaryCrossEntropyWithLogitsBackward(x as HostInput, all, { ...options, ...rest } as Options)
          .data;
      };
      const [negative, positive] = [at(0), at(1)];
      const t = (targets as HostInput).data;
      return {
        y: negative.map((size, i) => Math.max(TINY, (1 - t[i]!) * Math.abs(size) + t[i]! * Math.abs(positive[i]!))),
      };
    },
  }),
  meanSquaredError: direct('meanSquaredError', ['x', 'targets'], { dtype: () => 'f32', floors: () => ({ y: TINY }) }),
};

/** One of the shapes that broadcast to a shape. */
function broadcasting(shape: readonly number[], seed: number): number[] {
  const start = seed % (shape.length + 1);
  return shape.slice(start).map((length, at) => ((seed >> (4 + at)) % 2 ? 1 : length));
}

/** What a kernel is linked for. */
const STYLES = [
  { weight: false, posWeight: false, upstream: false },
  { weight: true, posWeight: false, upstream: true },
  { weight: false, posWeight: true, upstream: true },
  { weight: true, posWeight: true, upstream: false },
];
const REDUCTIONS = fc.constantFrom('mean', 'sum', 'none');
const weights = fc.record({ values: values('weight'), seed: fc.nat(1023) });

export const entryLossCalls: fc.Arbitrary<Call> = fc
  .record({
    op: fc.constantFrom(...Object.keys(ENTRY_LOSSES)),
    look: looks,
    x: filled('any'),
    unit: values('unit'),
    y: values('any'),
    weight: weights,
    posWeight: weights,
    upstream: values('finite'),
    style: fc.nat(19),
    reduction: perhaps(REDUCTIONS),
  })
  .map(({ op, look, x, unit, y, weight, posWeight, upstream, reduction, style: drawn }) => {
    const { shape } = x;
    const style = styleOf(look, STYLES, drawn);
    const binary = op !== 'meanSquaredError';
    const weigh = (from: typeof weight) =>
      binary ? { shape: broadcasting(shape, from.seed), values: from.values } : undefined;
    const inputs = inputsOf(look, {
      x,
      targets: { shape, values: binary ? unit : y },
      weight: style.weight ? weigh(weight) : undefined,
      posWeight: style.posWeight ? weigh(posWeight) : undefined,
      upstream:
        op.endsWith('Backward') && style.upstream
          ? { shape: reduction === 'none' ? shape : [], values: upstream, dtype: 'f32' }
          : undefined,
    });
    return { op, machine: look.machine, inputs, options: optionsOf({ reduction }) };
  });
