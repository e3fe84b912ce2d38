import type { Shape } from '../../core/data.ts';
import { GradfoldError } from '../../core/errors.ts';
import type { Call, Tensors } from '../../core/recorder.ts';
import type { Tensor } from '../../core/tensor.ts';
import { resolveAxis, sameShape } from '../../ops/check.ts';
import { sum } from '../../ops/reduce.ts';

/** What ops call their tensors. */
type Name =
  | 'a'
  | 'b'
  | 'beta'
  | 'condition'
  | 'dy'
  | 'gamma'
  | 'gradient'
  | 'indices'
  | 'logProbabilities'
  | 'logits'
  | 'mean'
  | 'posWeight'
  | 'prediction'
  | 'probabilities'
  | 'tail'
  | 'target'
  | 'targets'
  | 'variance'
  | 'weight'
  | 'x'
  | 'y';

/** A call's tensors. A rule reads those that its op has. */
export type Kept = Readonly<Record<Name, Tensor>>;

/** What a rule may ask about when gradients go back through a call. */
export interface Context {
  /** Of the call; for their shapes and dtypes, since they may be gone. */
  readonly inputs: Kept;
  readonly options: Call['options'];
  /** Whether the gradient of an input is asked for. */
  wants(input: string): boolean;
  /** Whether a gradient is the exact 1 that the way back begins with. */
  isOne(gradient: Tensor): boolean;
}

/** How gradients go back through an op. */
export interface Rule {
  /** Those of a call's tensors, and those it says in its options, that the way back needs: they are kept alive for it. */
  keeps(call: Call): Tensors;
  /** Gradients by the inputs' names, in their shapes, from those of the outputs that have one. */
  back(gradients: Tensors, kept: Kept, context: Context): Tensors;
}

/** The rule of an op with one result, y. Of an op that is given a y, as ways back are, that is the one to keep. */
export function ofOne(
  keeps: (tensors: Kept, options: Call['options']) => Tensors,
  back: (dy: Tensor, kept: Kept, context: Context) => Tensors,
): Rule {
  return {
    keeps: ({ inputs, outputs, options }) => keeps({ ...outputs, ...inputs } as Kept, options),
    back: ({ y }, kept, context) => back(y as Tensor, kept, context),
  };
}

/** For ways back that need only shapes. */
export const nothing = (): Tensors => ({});

/** For those that need what went in. */
export const argument = ({ x }: Kept): Tensors => ({ x });

/** For those that need what came out. */
export const result = ({ y }: Kept): Tensors => ({ y });

/** A gradient summed over the axes along which an operand of `shape` was repeated. */
export function unbroadcast(gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  const missing = gradient.rank - shape.length;
  const repeated = gradient.shape.flatMap((length, axis) => {
    const own = axis < missing ? undefined : shape[axis - missing];
    return own === undefined || (own === 1 && length !== 1) ? [axis] : [];
  });
  return (repeated.length === 0 ? gradient : sum(gradient, { axis: repeated })).reshape(shape);
}

/** A tensor in f32. */
export function inF32(tensor: Tensor): Tensor {
  return tensor.dtype === 'f32' ? tensor : tensor.cast('f32');
}

/** What there is one of for each row along an axis of `shape`, in a shape that broadcasts to it. */
export function alongAxis(x: Tensor, shape: Shape, axis: number): Tensor {
  const at = resolveAxis('valueAndGrad', axis, shape.length);
  return x.reshape(shape.map((length, own) => (own === at ? 1 : length)));
}

/** A number as a scalar like `x`. */
export function scalarLike({ backend, dtype }: Tensor, value: number): Tensor {
  return backend.full([], value, dtype);
}

/** @throws GradfoldError where a gradient is asked for that an op does not have */
export function refuse(op: string, { wants }: Context, ...names: string[]): void {
  for (const name of names)
    if (wants(name)) throw new GradfoldError(`valueAndGrad: ${op} has no gradient with respect to ${name}`);
}
