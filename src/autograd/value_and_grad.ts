import { GradfoldError, ShapeError } from '../core/errors.ts';
import { leavesOf, mapParameters, type Parameters } from '../core/parameters.ts';
import { describe, Tensor } from '../core/tensor.ts';
import { inDType } from './pass.ts';
import { Tape } from './tape.ts';

const OP = 'valueAndGrad';

/**
 * Returns a function that computes the value of `fn` and its gradients ∂value/∂parameter, in reverse mode. Each
 * recorded op runs its backward kernels once.
 *
 * `fn` is synchronous and computes its value with Gradfold's ops. The tensors that it creates are freed when it
 * returns, except the value and `aux`. The gradient is exactly zero for a parameter that the value does not depend on,
 * or depends on only through ops without a gradient (`argmax`, `hardmax`, integers). At kinks, the slope of `relu` is
 * 0, `maximum` passes the gradient to `b`, and `max` splits it evenly among the largest elements.
 *
 * `fn` may itself use gradients of `valueAndGrad`: all ops have second derivatives. There is no gradient with respect to
 * the targets and weights of losses, which third derivatives of `crossEntropy` would need: asking for one throws.
 * @param fn takes the parameters and any further arguments; returns an f32 or f16 scalar tensor, or `{ value, aux }`,
 * where `aux` holds tensors to keep
 * @returns a function with the same arguments. Its parameters are a tensor, or arrays and records of tensors (f32 or
 * f16, each only once). Its gradients are new tensors in the same structure, with the parameters' shapes and dtypes
 * @throws GradfoldError if a parameter is not a float tensor or appears twice, if `fn` does not return a tensor, or if
 * the value depends on a parameter through what has no gradient, such as the targets of a loss;
 * ShapeError if the value is not a scalar; DisposedError
 */
export function valueAndGrad<P extends Parameters, R extends readonly unknown[], A = undefined>(
  fn: (parameters: P, ...rest: R) => Tensor | { value: Tensor; aux: A },
): (parameters: P, ...rest: R) => { value: Tensor; gradients: P; aux: A } {
  if (typeof fn !== 'function') throw new GradfoldError(`${OP}: fn is ${describe(fn)}, expected a function`);
  return (parameters, ...rest) => {
    const leaves = leavesOf(OP, parameters).map(({ tensor }) => tensor);
    const { backend } = leaves[0] as Tensor;
    return backend.scope(() => {
      const tape = new Tape(backend, leaves);
      try {
        const result = tape.listen(() => fn(parameters, ...rest));
        const { value, aux } = resultOf<A>(result);
        const found = tape.gradients(value);
        const gradientOf = (leaf: Tensor) => {
          const gradient = found.get(leaf);
          return gradient ? inDType(gradient, leaf.dtype) : backend.zeros(leaf.shape, leaf.dtype);
        };
        return { value, gradients: mapParameters(parameters, gradientOf), aux };
      } finally {
        tape.dispose();
      }
    });
  };
}

/** @throws GradfoldError or ShapeError unless `result` is a float scalar or `{ value, aux }` with one */
function resultOf<A>(result: unknown): { value: Tensor; aux: A } {
  if (result instanceof Promise)
    throw new GradfoldError(`${OP}: fn returned a promise, expected a synchronous function`);
  const { value, aux } =
    result instanceof Tensor
      ? { value: result, aux: undefined }
      : ((result ?? {}) as { value?: unknown; aux?: unknown });
  if (!(value instanceof Tensor))
    throw new GradfoldError(`${OP}: fn returned ${describe(result)}, expected a scalar tensor or { value, aux }`);
  if (value.rank !== 0) throw new ShapeError(`${OP}: value is ${describe(value)}, expected a scalar`);
  if (value.dtype !== 'f32' && value.dtype !== 'f16')
    throw new GradfoldError(`${OP}: value is ${value.dtype}, expected f32 or f16`);
  return { value, aux: aux as A };
}
