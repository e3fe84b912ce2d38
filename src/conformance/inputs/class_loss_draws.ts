import {
  axis,
  axisOf,
  choice,
  type Draws,
  draws,
  filled,
  type NumberDomain,
  number,
  perhaps,
  seldom,
  style,
  values,
} from '../suite/draws.ts';

/** The choices that a kernel is linked for. */
const STYLES = [
  { soft: false, weight: false, upstream: false, smoothing: false },
  { soft: false, weight: true, upstream: true, smoothing: false },
  { soft: true, weight: false, upstream: true, smoothing: false },
  { soft: false, weight: true, upstream: false, smoothing: true },
  { soft: true, weight: true, upstream: false, smoothing: true },
];

/** The inputs of a loss other than x and targets. */
interface Takes {
  /** The numbers of x. */
  readonly x: NumberDomain;
  /** Weights, reductions, and labels to ignore. @default true */
  readonly counts?: boolean;
  readonly upstream?: boolean;
  /** The place of the gradient, and a factor. */
  readonly inPlace?: boolean;
}

/** Draws for losses over classes. */
export function lossDraws({
  x,
  counts = true,
  upstream: takesUpstream = false,
  inPlace: takesPlace = false,
}: Takes): Draws {
  return draws(
    {
      x: filled(x, 1),
      soft: values('unit'),
      seed: number(1e6),
      axis: perhaps(axis),
      labelType: choice('i32', 'u32'),
      weight: values('weight'),
      upstream: values('finite'),
      style: style(...STYLES),
      reduction: perhaps(choice('mean', 'sum', 'none')),
      ignoreIndex: perhaps(choice(-100, 0, 1, -7, 2 ** 31 - 1)),
      labelSmoothing: choice(0.125, 0.1, 1, 0),
      emptyReduction: perhaps(choice('nan', 'zero')),
      inPlace: perhaps(choice(false, true)),
      scale: seldom(choice(1, 65536, -0.5, 0)),
    },
    (drawn) => {
      const { seed, labelType, style, reduction } = drawn;
      const rank = drawn.x.shape.length;
      const axis = drawn.axis && axisOf(drawn.axis, rank);
      const along = axis ?? (rank > 1 ? 1 : 0);
      const classes = Math.max(1, drawn.x.shape.at(along) as number);
      const shape = drawn.x.shape.with(along, classes);
      const rows = shape.toSpliced(along, 1);
      const ignoreIndex = style.soft || !counts ? undefined : drawn.ignoreIndex;
      // An index that no label of the dtype can equal is not used among the labels.
      const cannot = style.soft || !counts || (labelType === 'u32' && (ignoreIndex ?? -100) < 0);
      const ignored = cannot ? {} : { ignored: ignoreIndex ?? -100 };
      const labels = { kind: 'labels', seed, planted: [], below: classes, ...ignored };
      const inputs = {
        x: { shape, values: drawn.x.values },
        targets: style.soft ? { shape, values: drawn.soft } : { shape: rows, values: labels, dtype: labelType },
        weight: counts && style.weight ? { shape: [classes], values: drawn.weight } : undefined,
        upstream:
          takesUpstream && style.upstream
            ? { shape: reduction === 'none' ? rows : [], values: drawn.upstream, dtype: 'f32' as const }
            : undefined,
      };
      if (!counts) return { inputs, options: { axis } };
      const labelSmoothing = style.smoothing ? drawn.labelSmoothing : undefined;
      const { emptyReduction, inPlace, scale } = drawn;
      const options = { axis, reduction, ignoreIndex, labelSmoothing, emptyReduction };
      return { inputs, options: takesPlace ? { ...options, inPlace, scale } : options };
    },
  );
}
