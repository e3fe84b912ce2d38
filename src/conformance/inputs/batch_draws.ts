import {
  axis,
  axisOf,
  choice,
  type DrawnCall,
  type DrawnInput,
  type DrawnValues,
  type Draws,
  draws,
  filled,
  list,
  perhaps,
  record,
  seldom,
  values,
} from '../suite/draws.ts';

/** A batch, and the other inputs of ops over batches, in matching shapes. */
export interface DrawnBatch {
  readonly x: DrawnInput;
  readonly dy: DrawnInput;
  /** Other batches of other sizes; each channel of the first has several values or none. */
  readonly others: readonly DrawnInput[];
  readonly gamma: DrawnInput | undefined;
  readonly beta: DrawnInput | undefined;
  readonly runningMean: DrawnInput | undefined;
  readonly runningVariance: DrawnInput | undefined;
  readonly mean: DrawnInput;
  readonly variance: DrawnInput;
  /** A batch whose statistics normalize x. */
  readonly other: DrawnInput | undefined;
  readonly channelAxis: number | undefined;
  readonly momentum: number | undefined;
  readonly epsilon: number | undefined;
  readonly runningVarianceKind: string | undefined;
}

/** Draws for ops over batches. The op selects the inputs that it takes. */
export function batchDraws(call: (batch: DrawnBatch) => DrawnCall): Draws {
  return draws(
    {
      x: filled('moderate', 2),
      dy: values('finite'),
      others: list(record({ values: values('moderate'), rows: choice(2, 0, 3, 9) }), 1, 3),
      stats: seldom(choice(true)),
      axis: perhaps(axis),
      affine: perhaps(record({ gamma: values('finite'), beta: values('finite') })),
      running: perhaps(record({ mean: values('finite'), variance: values('spread') })),
      mean: values('moderate'),
      variance: values('spread'),
      momentum: perhaps(choice(0.125, 0, 1, 0.9)),
      epsilon: perhaps(choice(1e-5, 0.125, 1e-3)),
      runningVarianceKind: perhaps(choice('unbiased', 'biased')),
    },
    (drawn) => {
      const { affine, running, momentum, epsilon, runningVarianceKind } = drawn;
      const rank = drawn.x.shape.length;
      const channelAxis = drawn.axis && axisOf(drawn.axis, rank);
      const at = ((channelAxis ?? 1) + rank) % rank;
      const batchAxis = at === 0 ? 1 : 0;
      const channels = drawn.x.shape[at] as number;
      const countOf = (shape: readonly number[]) => shape.reduce((all, n, i) => (i === at ? all : all * n), 1);
      // Training needs more than one value per channel.
      const shape = countOf(drawn.x.shape) === 1 ? drawn.x.shape.with(batchAxis, 2) : drawn.x.shape;
      const perChannel = (from: DrawnValues) => ({ shape: [channels], values: from });
      const others = drawn.others.map(({ rows, values }) => ({ shape: shape.with(batchAxis, rows), values }));
      const [first] = others as unknown as readonly [DrawnInput];
      return call({
        x: { shape, values: drawn.x.values },
        dy: { shape, values: drawn.dy },
        others,
        gamma: affine && perChannel(affine.gamma),
        beta: affine && perChannel(affine.beta),
        runningMean: running && perChannel(running.mean),
        runningVariance: running && perChannel(running.variance),
        mean: perChannel(drawn.mean),
        variance: perChannel(drawn.variance),
        other: drawn.stats && countOf(first.shape) > 1 ? first : undefined,
        ...{ channelAxis, momentum, epsilon, runningVarianceKind },
      });
    },
  );
}
