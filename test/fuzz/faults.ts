import { type HostTensor, uploaderFor } from '../../src/conformance/suite/case.ts';
import { argsOf, type OpSpec, type Right } from '../../src/conformance/suite/spec.ts';
import type { Backend, Tensor } from '../../src/index.ts';
import * as ops from '../../src/index.ts';

export type Args = unknown[];
/** An op with a known valid call. */
export type Known = OpSpec & { readonly right: Right };

/** The one thing that is wrong with a call, at the input or option named `at`. */
export interface Fault {
  readonly kind: 'disposed' | 'foreign' | 'missing' | 'not a tensor' | 'shape' | 'dtype' | 'option' | 'label';
  readonly at: string;
  readonly value?: unknown;
}

/** Returns every fault that a call of the op can have. */
export function faultsOf({ tensors, right }: Known): Fault[] {
  const { inputs, wrong = {}, integers = [], anyShape = [], labels } = right;
  const places = Object.keys(inputs);
  return [
    ...places.flatMap((at): Fault[] => [
      { kind: 'disposed', at },
      ...[{}, 3, 'x', [1, 2], new Float32Array(3)].map((value) => ({ kind: 'not a tensor' as const, at, value })),
      ...(places.length > 1 ? [{ kind: 'foreign' as const, at }] : []),
      ...(anyShape.includes(at) ? [] : [{ kind: 'shape' as const, at }]),
      ...(integers.includes(at) ? [] : [{ kind: 'dtype' as const, at }]),
    ]),
    ...tensors.map((at): Fault => ({ kind: 'missing', at })),
    ...Object.entries(wrong).flatMap(([at, list]) => list.map((value): Fault => ({ kind: 'option', at, value }))),
    ...(labels ? [3, -4, 2 ** 31 - 1].map((value): Fault => ({ kind: 'label', at: labels, value })) : []),
  ];
}

/** Uploads the tensors of the valid call. */
export function tensorsOf(backend: Backend, { right: { inputs } }: Known): Record<string, Tensor> {
  const upload = uploaderFor(backend);
  return Object.fromEntries(Object.entries(inputs).map(([name, x]: [string, HostTensor]) => [name, upload(x)]));
}

/** Returns the arguments with the fault. Tensors made only for the fault belong to `backend` or to `other`. */
export function spoil(
  backend: Backend,
  other: Backend,
  spec: Known,
  tensors: Readonly<Record<string, Tensor>>,
  { kind, at, value }: Fault,
): Args {
  const options = spec.right.options ?? {};
  const own = tensors[at] as Tensor;
  const withInput = (input: unknown) => argsOf(spec, { ...tensors, [at]: input }, options);
  switch (kind) {
    case 'disposed': {
      const gone = own.reshape([...own.shape]);
      gone.dispose();
      return withInput(gone);
    }
    case 'foreign':
      return withInput(other.zeros(own.shape, own.dtype));
    case 'missing':
      return argsOf(spec, tensors, options).slice(0, spec.tensors.indexOf(at));
    case 'shape':
      return withInput(backend.zeros([2, 7, 5], own.dtype));
    case 'dtype':
      return withInput(backend.zeros(own.shape, 'u32'));
    case 'label':
      return withInput(backend.tensor(Int32Array.of(0, value as number)));
    case 'option':
      return argsOf(spec, tensors, { ...options, [at]: value });
    default:
      return withInput(value);
  }
}

export const call = (name: string, args: Args) =>
  (ops as unknown as Record<string, (...args: Args) => unknown>)[name]?.(...args);
