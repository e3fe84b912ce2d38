import type { DType } from '../../core/data.ts';
import { dtypeOf, type HostInputs, type HostTensor, type Options } from '../suite/case.ts';
import { floats } from '../suite/data.ts';
import {
  axis,
  axisOf,
  choice,
  type Draws,
  draws,
  filled,
  type NumberDomain,
  perhaps,
  seldom,
  values,
} from '../suite/draws.ts';
import { type Gradient, type GradientTrial, POSITIVE, TABLE } from '../suite/gradient.ts';
import type { Right } from '../suite/spec.ts';

/** The result's dtype is the requested one, or else that of the input. */
export const DTYPES = ({ x }: HostInputs, { dtype }: Options): DType => (dtype as DType) ?? dtypeOf(x as HostTensor);

const AXIS = perhaps(axis);

/** Rows to normalize. */
export const normalizingDraws: Draws = draws(
  {
    x: filled('any'),
    axis: AXIS,
    emptyRow: perhaps(choice('nan', 'zero', 'uniform')),
    dtype: seldom(choice('f32', 'f16')),
  },
  ({ x, axis: drawn, emptyRow, dtype }) => ({
    inputs: { x },
    options: { axis: drawn && axisOf(drawn, x.shape.length), emptyRow, dtype },
  }),
);

/** Rows to reduce. `keepDims`: if the op takes it. `least`: the smallest length of a row that has a result. */
export const foldingDraws = ({ keepDims: keeps = false, least = 0 }): Draws =>
  draws({ x: filled('any'), axis: AXIS, keepDims: perhaps(choice(false, true)) }, ({ x, axis: drawn, keepDims }) => {
    const axis = drawn && axisOf(drawn, x.shape.length);
    const along = axis ?? -1;
    const shape = x.shape.length > 0 ? x.shape.with(along, Math.max(least, x.shape.at(along) as number)) : x.shape;
    return { inputs: { x: { ...x, shape } }, options: keeps ? { axis, keepDims } : { axis } };
  });

/** The results of a forward op on rows, and their gradients. */
export const backwardDraws = (y: NumberDomain): Draws =>
  draws({ y: filled(y), dy: values('any'), axis: AXIS }, ({ y, dy, axis: drawn }) => ({
    inputs: { y, dy: { shape: y.shape, values: dy } },
    options: { axis: drawn && axisOf(drawn, y.shape.length) },
  }));

export const AXES = [4, -5, 0.5, Number.NaN, '0'];
const SMALL = floats([2, 3], (i) => i + 1);
export const ROW_RIGHT: Right = { inputs: { x: SMALL }, anyShape: ['x'], wrong: { axis: AXES } };
export const BACKWARD_RIGHT: Right = { inputs: { y: SMALL, dy: SMALL }, wrong: { axis: AXES } };

const along = (of: GradientTrial['of']): Gradient => ({
  trials: [-1, 0].map((axis) => ({ of, options: { axis } })),
});
/** Along either axis. */
export const ofRows = along({ x: TABLE });
export const backwardGradient = along({ y: TABLE, dy: { ...TABLE, ...POSITIVE } });
