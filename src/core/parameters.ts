import { GradfoldError } from './errors.ts';
import { checkTensor, Tensor } from './tensor.ts';

/** A tensor, or arrays and records of tensors, nested to any depth. */
export type Parameters = Tensor | readonly Parameters[] | { readonly [name: string]: Parameters };

/** A tensor among parameters, and its name in messages: `parameters.hidden.weight`. */
export interface Leaf {
  readonly name: string;
  readonly tensor: Tensor;
}

/**
 * Returns all tensors among parameters, in order.
 * @param called the name of the parameters in messages
 * @throws GradfoldError for anything but a float tensor, and for a tensor that occurs twice; DisposedError
 */
export function leavesOf(op: string, parameters: Parameters, called = 'parameters'): Leaf[] {
  const leaves: Leaf[] = [];
  const names = new Map<Tensor, string>();
  for (const { path, value } of placesIn(parameters)) {
    const name = path.reduce<string>((text, key) => text + (typeof key === 'number' ? `[${key}]` : `.${key}`), called);
    checkTensor(op, name, value);
    const { dtype } = value;
    if (dtype !== 'f32' && dtype !== 'f16')
      throw new GradfoldError(`${op}: ${name} is ${dtype}, expected f32 or f16: integers have no gradient`);
    const before = names.get(value);
    if (before !== undefined)
      throw new GradfoldError(`${op}: ${name} is the same tensor as ${before}, expected each tensor once`);
    names.set(value, name);
    leaves.push({ name, tensor: value });
  }
  const [first] = leaves;
  if (!first) throw new GradfoldError(`${op}: ${called} hold no tensor, expected at least one`);
  for (const { name, tensor } of leaves) {
    if (tensor.backend !== first.tensor.backend)
      throw new GradfoldError(`${op}: ${name} belongs to a different backend than ${first.name}`);
  }
  return leaves;
}

/** Returns the same structure with each tensor replaced by `of(tensor)`. */
export function mapParameters<P extends Parameters>(parameters: P, of: (tensor: Tensor) => Tensor): P {
  const mapped = (value: Parameters): unknown => {
    if (value instanceof Tensor) return of(value);
    if (Array.isArray(value)) return value.map(mapped);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapped(item)]));
  };
  return mapped(parameters) as P;
}

/** Yields the leaves of nested arrays and records, with their paths. */
export function* placesIn(
  value: unknown,
  path: readonly (string | number)[] = [],
): Generator<{ path: readonly (string | number)[]; value: unknown }> {
  if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* placesIn(item, [...path, i]);
  else if (isRecord(value)) for (const [key, item] of Object.entries(value)) yield* placesIn(item, [...path, key]);
  else yield { path, value };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
