import * as ops from '../../../index.ts';
import * as reference from '../../../reference/index.ts';
import { type Case, defineCase, type HostTensor, once } from '../case.ts';
import { distributions, floats, labels, magnitudes, map, normal, uniform } from '../data.ts';
import { ALIGNED_OR_NOT, EVERY_PLAN, OWN_PLAN } from '../plans.ts';
import { specialRows } from './row_inputs.ts';

/** Below, an error of 2^-126, as a flushed subnormal is, is no more than 0.1 ulp. */
const TINY = 1e-30;
const REDUCTIONS = ['mean', 'sum', 'none'] as const;

interface BinaryInput {
  readonly name: string;
  readonly quick?: boolean;
  readonly x: () => HostTensor;
  readonly t: () => HostTensor;
  readonly weight?: HostTensor;
  readonly posWeight?: HostTensor;
  readonly reduction: (typeof REDUCTIONS)[number];
  readonly upstream?: HostTensor;
}

function binary({ name, quick = false, x, t, weight, posWeight, reduction, upstream }: BinaryInput): Case[] {
  const onHost = { reduction, ...(weight && { weight }), ...(posWeight && { posWeight }) };
  const withUpstream = { ...onHost, ...(upstream && { upstream }) };
  const forward = defineCase({
    op: 'binaryCrossEntropyWithLogits',
    name,
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

function binaryCases(): Case[] {
  const x = once(() => normal('binary logits', [13, 61], 0, 8));
  const t = once(() => uniform('binary targets', [13, 61], 0, 1));
  const hard = once(() => map(t(), (value) => Math.round(value)));
  const far = once(() => floats([207], (i) => i - 103));
  const farTargets = once(() => floats([207], (i) => i % 2));
  const ones = once(() => map(specialRows(), (_, i) => i % 2));
  const weight = uniform('binary weights', [61], 0.1, 3);
  const posWeight = uniform('positive weights', [13, 1], 0.1, 3);
  return REDUCTIONS.flatMap((reduction) => [
    ...binary({ name: `13 × 61 ${reduction}`, quick: true, x, t, reduction }),
    ...binary({ name: `13 × 61 ${reduction}, both weights`, x, t: hard, reduction, weight, posWeight }),
    ...binary({ name: `13 × 61 ${reduction}, weight`, x, t, reduction, weight }),
    ...binary({ name: `13 × 61 ${reduction}, posWeight`, x, t, reduction, posWeight }),
    ...binary({
      name: `13 × 61 ${reduction}, upstream`,
      x,
      t,
      reduction,
      upstream: reduction === 'none' ? normal('binary upstream', [13, 61]) : { shape: [], data: Float32Array.of(-0.3) },
    }),
    ...(reduction === 'none'
      ? [
          ...binary({ name: 'from -103 to 103', quick: true, x: far, t: farTargets, reduction }),
          ...binary({ name: 'special values', quick: true, x: specialRows, t: ones, reduction }),
        ]
      : []),
  ]);
}

function squaredErrorCases(): Case[] {
  const sizes = [1, 793, 4097, 262144] as const;
  return sizes.flatMap((size) =>
    REDUCTIONS.map((reduction) => {
      const prediction = once(() => normal(`prediction ${size}`, [size]));
      const target = once(() => normal(`target ${size}`, [size]));
      return defineCase({
        op: 'meanSquaredError',
        name: `${size} ${reduction}`,
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

function classificationErrorCases(): Case[] {
  const shapes = [
    [1, 1],
    [37, 61],
    [4097, 7],
  ] as const;
  return shapes.flatMap(([rows, cols]) =>
    (['labels', 'probabilities'] as const).map((kind) => {
      const scores = once(() => normal(`scores ${rows}`, [rows, cols]));
      const targets = once(
        (): HostTensor =>
          kind === 'labels' ? labels(`right ${rows}`, [rows], cols) : distributions(`right ${rows}`, [rows, cols]),
      );
      return defineCase({
        op: 'classificationError',
        name: `${rows} × ${cols} ${kind}`,
        quick: rows === 37,
        plans: OWN_PLAN,
        run: (upload) => ({ error: ops.classificationError(upload(scores()), upload(targets())) }),
        compute: (library) => ({ error: library.classificationError(scores(), targets()) }),
      });
    }),
  );
}

/** The losses that look at entries, or only at which class is best. */
export function entryLossCases(): Case[] {
  return [...binaryCases(), ...squaredErrorCases(), ...classificationErrorCases()];
}
