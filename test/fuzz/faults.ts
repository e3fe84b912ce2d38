import type { Backend, Tensor } from '../../src/index.ts';
import * as ops from '../../src/index.ts';
import type { Args, Right } from './right_calls.ts';

/** What is wrong with a call: one thing. */
export type Fault =
  | {
      readonly kind: 'disposed' | 'foreign' | 'missing' | 'not a tensor' | 'shape' | 'dtype';
      readonly at: number | string;
      readonly value?: unknown;
    }
  | { readonly kind: 'option'; readonly at: string; readonly value: unknown }
  | { readonly kind: 'label'; readonly at: number; readonly value: number };

/** Every fault that a call of the function can have. */
export function faultsOf({ tensors, options, wrong = {}, integers = [], anyShape = [] }: Right, name: string): Fault[] {
  const places = [...tensors, ...(options?.tensors ?? [])];
  const several = places.length > 1;
  return [
    ...places.flatMap((at): Fault[] => [
      { kind: 'disposed', at },
      ...[{}, 3, 'x', [1, 2], new Float32Array(3)].map((value) => ({ kind: 'not a tensor' as const, at, value })),
      ...(several ? [{ kind: 'foreign' as const, at }] : []),
      ...(anyShape.includes(at as number) ? [] : [{ kind: 'shape' as const, at }]),
      ...(integers.includes(at as number) ? [] : [{ kind: 'dtype' as const, at }]),
    ]),
    ...tensors.map((at): Fault => ({ kind: 'missing', at })),
    ...Object.entries(wrong).flatMap(([at, list]) => list.map((value): Fault => ({ kind: 'option', at, value }))),
    ...(integers.includes(1) &&
    !anyShape.includes(0) &&
    /Loss|Entropy|Error|gather/i.test(name) &&
    !name.startsWith('binary')
      ? [3, -4, 2 ** 31 - 1].map((value): Fault => ({ kind: 'label', at: 1, value }))
      : []),
  ];
}

/** The arguments with the fault in them. What is made for it alone lies in `others`' backend or in this one. */
export function spoil(backend: Backend, other: Backend, args: Args, { options }: Right, fault: Fault): Args {
  const spoiled = args.map((arg, i) => (i === options?.at ? { ...(arg as object) } : arg));
  const put = (value: unknown) => {
    if (typeof fault.at === 'number') spoiled[fault.at] = value;
    else (spoiled[options?.at as number] as Record<string, unknown>)[fault.at] = value;
  };
  const own =
    typeof fault.at === 'number' ? args[fault.at] : (args.at(options?.at ?? -1) as Record<string, unknown>)[fault.at];
  switch (fault.kind) {
    case 'disposed': {
      const gone = (own as Tensor).reshape([...(own as Tensor).shape]);
      gone.dispose();
      put(gone);
      break;
    }
    case 'foreign':
      put(other.zeros((own as Tensor).shape, (own as Tensor).dtype));
      break;
    case 'missing':
      spoiled.length = fault.at as number;
      break;
    case 'shape':
      put(backend.zeros([2, 7, 5], (own as Tensor).dtype));
      break;
    case 'dtype':
      put(backend.zeros((own as Tensor).shape, 'u32'));
      break;
    case 'label':
      put(backend.tensor(Int32Array.of(0, fault.value)));
      break;
    default:
      put(fault.value);
  }
  return spoiled;
}

export const call = (name: string, args: Args) =>
  (ops as unknown as Record<string, (...args: Args) => unknown>)[name]?.(...args);
