import { GradfoldError } from '../core/errors.ts';
import type { Parameters } from '../core/parameters.ts';
import type { TensorBackend } from '../core/tensor.ts';
import { checkTensor, describe, Tensor } from '../core/tensor.ts';
import { checkDTypes, checkShape } from '../ops/check.ts';

/**
 * The tensors of `value`, in the parameters' order, after checking that structure and shapes match.
 * @param name the name of the value in messages, such as `gradients`
 * @throws GradfoldError if the structure, dtype or backend differs; ShapeError; DisposedError
 */
export function tensorsLike(op: string, name: string, value: unknown, parameters: Parameters): Tensor[] {
  const tensors: Tensor[] = [];
  let backend: TensorBackend | undefined;
  const visit = (own: unknown, path: string, like: Parameters): void => {
    const at = `${name}${path}`;
    const asWhat = `like parameters${path}`;
    if (like instanceof Tensor) {
      checkTensor(op, at, own);
      checkDTypes(op, at, own, 'f32');
      checkShape(op, at, own.shape, like.shape, `parameters${path}`);
      backend ??= like.backend;
      if (own.backend !== backend)
        throw new GradfoldError(`${op}: ${at} belongs to a different backend than parameters`);
      tensors.push(own);
    } else if (Array.isArray(like)) {
      if (!Array.isArray(own) || own.length !== like.length) {
        const came = Array.isArray(own) ? `an array of ${own.length}` : describe(own);
        throw new GradfoldError(`${op}: ${at} is ${came}, expected an array of ${like.length} ${asWhat}`);
      }
      for (const [i, item] of like.entries()) visit(own[i], `${path}[${i}]`, item);
    } else {
      const names = Object.keys(like);
      const expected = `expected { ${names.join(', ')} } ${asWhat}`;
      if (typeof own !== 'object' || own === null || Array.isArray(own) || own instanceof Tensor) {
        throw new GradfoldError(`${op}: ${at} is ${describe(own)}, ${expected}`);
      }
      const given = Object.keys(own);
      if (given.length !== names.length || names.some((key) => !Object.hasOwn(own, key))) {
        throw new GradfoldError(`${op}: ${at} is { ${given.join(', ')} }, ${expected}`);
      }
      for (const [key, item] of Object.entries(like))
        visit((own as Record<string, unknown>)[key], `${path}.${key}`, item);
    }
  };
  visit(value, '', parameters);
  return tensors;
}
