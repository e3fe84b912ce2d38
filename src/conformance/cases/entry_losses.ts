import * as ops from '../../index.ts';
import * as reference from '../../reference/index.ts';
import { type Case, defineCase, type HostTensor, once } from '../suite/case.ts';
import { distributions, floats, labels, magnitudes, map, normal, rowsIn, uniform } from '../suite/data.ts';
import { as, FLOAT_TYPES, type FloatType, named } from '../suite/half.ts';
import { ALIGNED_OR_NOT, EVERY_PLAN, OWN_PLAN } from '../suite/plans.ts';
import { SPECIAL_INPUTS } from './row_inputs.ts';

/** Below, an error of 2^-126, as a flushed subnormal is, is no more than 0.1 ulp. */
const TINY = 1e-30;
const REDUCTIONS = ['mean', 'sum', 'none'] as const;
const BOTH = [false, true] as const;

interface BinaryInput {
  readonly name: string;
  readonly quick?: boolean;
  /** Of x, and so of the gradient. */
  readonly dtype: FloatType;
  readonly x: () => HostTensor;
  readonly t: () => HostTensor;
  readonly weight?: HostTensor;
  readonly posWeight?: HostTensor;
  readonly reduction: (typeof REDUCTIONS)[number];
  readonly upstream?: HostTensor;
}

function binary({ name, quick = false, dtype, x, t, weight, posWeight, reduction, upstream }: BinaryInput): Case[] {
  const onHost = { reduction, ...(weight && { weight }), ...(posWeight && { posWeight }) };
  const withUpstream = { ...onHost, ...(upstream && { upstream }) };
  const forward = defineCase({
    op: 'binaryCrossEntropyWithLogits',
    name,
    dtype,
    quick,
    plans: ALIGNED_OR_NOT,
    run: (upload) => {
      const options = {
        reduction,
        ...(weight && { weight: upload(weight) }),
        ...(posWeight && { posWeight: upload(posWeight) }),
      };
      return { loss: ops.binaryCrossEntropyWithLogits(upload(x()), upload(t()), options) };
    },
    compute: (library) => ({ loss: library.binaryCrossEntropyWithLogits(x(), t(), onHost) }),
    // Both parts are at least 0: nothing cancels.
    floors: () => ({ loss: TINY }),
  });
  const backward = defineCase({
    op: 'binaryCrossEntropyWithLogitsBackward',
    name,
    dtype,
    halves: dtype === 'f16' ? ['dx'] : [],
    quick,
    plans: ALIGNED_OR_NOT,
    run: (upload) => {
      const options = {
        reduction,
        ...(weight && { weight: upload(weight) }),
        ...(posWeight && { posWeight: upload(posWeight) }),
        ...(upstream && { upstream: upload(upstream) }),
      };
      return { dx: ops.binaryCrossEntropyWithLogitsBackward(upload(x()), upload(t()), options) };
    },
    compute: (library) => ({ dx: library.binaryCrossEntropyWithLogitsBackward(x(), t(), withUpstream) }),
    // (1 - t)·σ(x) - t·σ(-x): the terms of the difference. The gradient is linear in t: they are those of t = 0 and 1.
    floors: () => {
      const at = (value: number) => {
        const targets = map(x(), () => value);
        return magnitudes(reference.binaryCrossEntropyWithLogitsBackward(x(), targets, withUpstream));
      };
      const [negative, positive] = [at(0), at(1)];
      return {
        dx: negative.map((size, i) =>
          Math.max(TINY, (1 - t().data[i]!) * size + t().data[i]! * (positive[i] as number)),
        ),
      };
    },
  });
  return [forward, backward];
}

function binaryCases(dtype: FloatType): Case[] {
  const of = (make: () => HostTensor) => once(() => as(dtype, make()));
  const x = of(() => normal('binary logits', [13, 61], 0, 8));
  const t = of(() => uniform('binary targets', [13, 61], 0, 1));
  const hard = of(() => map(t(), (value) => Math.round(value)));
  const far = of(() => floats([207], (i) => i - 103));
  const farTargets = of(() => floats([207], (i) => i % 2));
  const weight = as(dtype, uniform('binary weights', [61], 0.1, 3));
  const posWeight = as(dtype, uniform('positive weights', [13, 1], 0.1, 3));
  const other: FloatType = dtype === 'f32' ? 'f16' : 'f32';
  const otherTargets = once(() => as(other, uniform('binary targets', [13, 61], 0, 1)));
  const special = SPECIAL_INPUTS.filter((input) => input.axis === -1 && input.dtype === dtype);
  const cases = REDUCTIONS.flatMap((reduction) => {
    const at = (words = '') => ({ name: named(`13 × 61 ${reduction}${words}`, dtype), dtype, x, t, reduction });
    const upstream =
      reduction === 'none' ? normal('binary upstream', [13, 61]) : { shape: [], data: Float32Array.of(-0.3) };
    // The weights with each other and with upstream.
    return BOTH.flatMap((weighted) =>
      BOTH.flatMap((positive) =>
        BOTH.flatMap((up) => {
          const words = [weighted && 'weight', positive && 'posWeight', up && 'upstream'].filter(Boolean);
          return binary({
            ...at(words.map((word) => `, ${word}`).join('')),
            quick: words.length === 0,
            ...(weighted && { weight }),
            ...(positive && { posWeight, t: hard }),
            ...(up && { upstream }),
          });
        }),
      ),
    );
  });
  return [
    ...cases,
    ...binary({ name: `13 × 61, targets ${other}, x ${dtype}`, dtype, x, t: otherTargets, reduction: 'sum' }),
    ...binary({
      name: named('from -103 to 103', dtype),
      quick: true,
      dtype,
      x: far,
      t: farTargets,
      reduction: 'none',
    }),
    ...special.flatMap((input) =>
      binary({
        name: input.name,
        quick: true,
        dtype,
        x: input.x,
        t: of(() => map(input.x(), (_, i) => i % 2)),
        reduction: 'none',
      }),
    ),
  ];
}

function squaredErrorCases(dtype: FloatType): Case[] {
  const sizes = [1, 793, 4097, 262144] as const;
  return sizes.flatMap((size) =>
    REDUCTIONS.map((reduction) => {
      const prediction = once(() => as(dtype, normal(`prediction ${size}`, [size])));
      const target = once(() => as(dtype, normal(`target ${size}`, [size])));
      return defineCase({
        op: 'meanSquaredError',
        name: named(`${size} ${reduction}`, dtype),
        dtype,
        quick: size === 793,
        plans: reduction === 'none' ? ALIGNED_OR_NOT : EVERY_PLAN,
        run: (upload) => ({
          loss: ops.meanSquaredError(upload(prediction()), upload(target()), { reduction }),
        }),
        compute: (library) => ({ loss: library.meanSquaredError(prediction(), target(), { reduction }) }),
        // A sum of squares.
        floors: () => ({ loss: TINY }),
      });
    }),
  );
}

function classificationErrorCases(dtype: FloatType): Case[] {
  const shapes = [
    { shape: [1, 1], axis: 1 },
    { shape: [37, 61], axis: 1 },
    { shape: [4097, 7], axis: 1 },
    { shape: [3, 61, 7], axis: 1 },
    { shape: [61, 37], axis: 0 },
  ];
  return shapes.flatMap(({ shape, axis }) =>
    (['labels', 'probabilities'] as const).map((kind) => {
      const { rowShape, cols } = rowsIn(shape, axis);
      const scores = once(() => as(dtype, normal(`scores ${shape}`, shape)));
      const targets = once(
        (): HostTensor =>
          kind === 'labels'
            ? labels(`right ${shape}`, rowShape, cols)
            : as(dtype, distributions(`right ${shape}`, shape, axis)),
      );
      return defineCase({
        op: 'classificationError',
        name: named(`${shape.join(' × ')} along ${axis}, ${kind}`, dtype),
        dtype,
        quick: shape[0] === 37,
        plans: OWN_PLAN,
        run: (upload) => ({ error: ops.classificationError(upload(scores()), upload(targets()), { axis }) }),
        compute: (library) => ({ error: library.classificationError(scores(), targets(), { axis }) }),
      });
    }),
  );
}

/** The losses that look at entries, or only at which class is best, in both dtypes. */
export function entryLossCases(): Case[] {
  return FLOAT_TYPES.flatMap((dtype) => [
    ...binaryCases(dtype),
    ...squaredErrorCases(dtype),
    ...classificationErrorCases(dtype),
  ]);
}
