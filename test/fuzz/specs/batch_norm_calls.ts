import fc from 'fast-check';
import type { Call } from '../call.ts';
import { axes, axisOf, filled, inputsOf, looks, optionsOf, perhaps, seldom } from '../draws.ts';
import { type Values, values } from '../values.ts';

const EPSILONS = fc.constantFrom(1e-5, 0.125, 1e-3);

const ofBatches: fc.Arbitrary<Call> = fc
  .record({
    op: fc.constantFrom(
      'batchNormStats',
      'batchNormTrain',
      'batchNormInference',
      'batchNormBackward',
      'mergeBatchNormStats',
    ),
    look: looks,
    x: filled('moderate', { min: 2 }),
    dy: values('finite'),
    others: fc.array(fc.record({ values: values('moderate'), rows: fc.constantFrom(2, 0, 3, 9) }), {
      minLength: 1,
      maxLength: 3,
    }),
    stats: seldom(fc.constant(true)),
    axis: perhaps(axes),
    affine: perhaps(fc.record({ gamma: values('finite'), beta: values('finite') })),
    running: perhaps(fc.record({ mean: values('finite'), variance: values('spread') })),
    mean: values('moderate'),
    variance: values('spread'),
    momentum: perhaps(fc.constantFrom(0.125, 0, 1, 0.9)),
    epsilon: perhaps(EPSILONS),
    runningVarianceKind: perhaps(fc.constantFrom('unbiased', 'biased')),
  })
  .map((drawn) => {
    const { op, look, dy, running, momentum, epsilon, runningVarianceKind } = drawn;
    const rank = drawn.x.shape.length;
    const channelAxis = drawn.axis && axisOf(drawn.axis, rank);
    const at = ((channelAxis ?? 1) + rank) % rank;
    const batchAxis = at === 0 ? 1 : 0;
    const channels = drawn.x.shape[at] as number;
    // One value per channel is no batch to train on.
    const shape =
      drawn.x.shape.reduce((all, n, axis) => (axis === at ? all : all * n), 1) === 1
        ? drawn.x.shape.with(batchAxis, 2)
        : drawn.x.shape;
    const x = { shape, values: drawn.x.values };
    const perChannel = (list: Values | undefined) => list && { shape: [channels], values: list };
    const part = (other: (typeof drawn.others)[number]) => ({
      shape: shape.with(batchAxis, other.rows),
      values: other.values,
    });
    const several = (other: ReturnType<typeof part>) =>
      other.shape.reduce((all, n, axis) => (axis === at ? all : all * n), 1) > 1;
    const others = drawn.others.map(part);
    const machine = look.machine;
    if (op === 'mergeBatchNormStats')
      return {
        op,
        machine,
        inputs: inputsOf(look, { x, ...Object.fromEntries(others.map((other, i) => [`x${i}`, other])) }),
        options: optionsOf({ channelAxis }),
      };
    if (op === 'batchNormStats')
      return { op, machine, inputs: inputsOf(look, { x }), options: optionsOf({ channelAxis }) };
    const affine = { gamma: perChannel(drawn.affine?.gamma), beta: perChannel(drawn.affine?.beta) };
    if (op === 'batchNormInference') {
      const inputs = inputsOf(look, {
        x,
        mean: perChannel(drawn.mean),
        variance: perChannel(drawn.variance),
        ...affine,
      });
      return { op, machine, inputs, options: optionsOf({ channelAxis, epsilon }) };
    }
    if (op === 'batchNormBackward') {
      const inputs = inputsOf(look, { x, dy: { shape, values: dy }, gamma: affine.gamma });
      return { op, machine, inputs, options: optionsOf({ channelAxis, epsilon }) };
    }
    const other = drawn.stats && several(others[0] as typeof x) ? others[0] : undefined;
    const inputs = inputsOf(look, {
      x,
      ...affine,
      runningMean: perChannel(running?.mean),
      runningVariance: perChannel(running?.variance),
      other,
    });
    return { op, machine, inputs, options: optionsOf({ channelAxis, epsilon, momentum, runningVarianceKind }) };
  });

const ofStates: fc.Arbitrary<Call> = fc
  .record({
    look: looks,
    rows: fc.constantFrom(4, 3),
    channels: fc.constantFrom(3, 1, 4, 65, 0),
    values: values('finite'),
    m2: fc.nat(1e6),
    count: fc.constantFrom(11, 1, 0, 2 ** 20),
  })
  .map(({ look, rows, channels, values: from, count }) => ({
    op: 'batchNormStatsFromState',
    machine: look.machine,
    inputs: inputsOf(look, { state: { shape: [rows, channels], values: from } }),
    options: { count },
  }));

export const batchNormCalls = fc.oneof({ weight: 7, arbitrary: ofBatches }, { weight: 1, arbitrary: ofStates });
