import { GradfoldError, ShapeError } from '../core/errors.ts';
import { leavesOf, mapParameters, type Parameters } from '../core/parameters.ts';
import { describe, Tensor } from '../core/tensor.ts';
import { Tape } from './tape.ts';

const OP = 'valueAndGrad';

/**
 * A function's value together with its gradients, in reverse mode: for each parameter ∂value/∂parameter. The ops' own
 * backward kernels run, each once.
 *
 * `fn` is synchronous and computes its value by Gradfold's ops. Tensors that it makes are freed when it returns, but for the
 * value and `aux`. A parameter that the value does not depend on, or only through what has no slope (`argmax`, `hardmax`,
 * integers), has an exact zero. At kinks `relu` has slope 0, `maximum` gives all to `b`, and `max` shares evenly.
 * @param fn gets the parameters, and whatever else is given beside them; returns a scalar tensor of floats, or `{ value, aux }`
 * with tensors to be kept in `aux`
 * @returns a function of the same arguments. Its parameters are a tensor, or arrays and records of tensors (f32 or f16, each
 * once); its gradients are new tensors in the same structure, of the parameters' shapes and dtypes
 * @throws GradfoldError where a parameter is no tensor of floats or comes twice, or `fn` does not return a tensor;
 * ShapeError where the value is no scalar; DisposedError
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
        const gradientOf = (leaf: Tensor) => found.get(leaf) ?? backend.zeros(leaf.shape, leaf.dtype);
        return { value, gradients: mapParameters(parameters, gradientOf), aux };
      } finally {
        tape.dispose();
      }
    });
  };
}

/** @throws GradfoldError, ShapeError unless it is a scalar of floats, or one with what is to be kept beside it */
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
