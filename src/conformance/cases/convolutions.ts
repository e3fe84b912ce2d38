import type { Shape } from '../../core/data.ts';
import * as ops from '../../index.ts';
import { windows2d } from '../../plan/windows2d.ts';
import * as reference from '../../reference/index.ts';
import { type Case, defineCase, once } from '../suite/case.ts';
import { map, normal } from '../suite/data.ts';
import { as, type FloatType, named } from '../suite/half.ts';
import { OWN_PLAN } from '../suite/plans.ts';

export interface Convolution {
  readonly x: readonly [number, number, number, number];
  readonly weight: readonly [number, number, number, number];
  readonly stride?: number | readonly [number, number];
  readonly padding?: number | readonly [number, number];
  /** @default f32 alone */
  readonly dtypes?: readonly FloatType[];
  readonly quick?: boolean;
  /** Also in tensors that start between vectors. @default false */
  readonly unaligned?: boolean;
  /** Also as a GPU plans: large enough for the tiles that workgroups share. @default false */
  readonly gpu?: boolean;
}

const BOTH: readonly FloatType[] = ['f32', 'f16'];

// A size of window or a stride is a kernel of its own: few, and each with and without a ragged end.
export const CONVOLUTIONS: readonly Convolution[] = [
  { x: [2, 3, 8, 8], weight: [5, 3, 3, 3], padding: 1, quick: true, dtypes: BOTH },
  { x: [3, 4, 9, 7], weight: [4, 4, 5, 3], stride: [2, 1], padding: [2, 1], quick: true },
  { x: [2, 1, 7, 9], weight: [3, 1, 3, 3], unaligned: true, dtypes: BOTH },
  { x: [2, 2, 40, 40], weight: [2, 2, 3, 3], padding: 1 },
  { x: [2, 5, 11, 13], weight: [7, 5, 2, 2], stride: 3, unaligned: true },
  { x: [1, 1, 2, 2], weight: [1, 1, 2, 2], stride: 3, padding: 4 },
  { x: [1, 4, 6, 6], weight: [8, 4, 1, 1] },
  { x: [2, 32, 8, 16], weight: [64, 32, 3, 3], padding: 1, gpu: true },
  { x: [1, 33, 19, 14], weight: [61, 33, 3, 3], stride: [2, 1], padding: 1, gpu: true },
];

export function resultShape({ x: [images, , height, width], weight, stride = 1, padding = 0 }: Convolution): Shape {
  const [outputs, , ...size] = weight;
  return [images, outputs, ...windows2d('conv2d', { height, width }, { size, stride, padding }).output];
}

/** 2-D convolution and both of its gradients. */
export function convolutionCases(): Case[] {
  return CONVOLUTIONS.flatMap((convolution) =>
    (convolution.dtypes ?? ['f32']).flatMap((dtype) => casesOf(convolution, dtype)),
  );
}

function casesOf(convolution: Convolution, dtype: FloatType): Case[] {
  const {
    x: shape,
    weight: kernel,
    stride = 1,
    padding = 0,
    quick = false,
    unaligned = false,
    gpu = false,
  } = convolution;
  const options = { stride, padding };
  const name = `[${shape}] by [${kernel}], stride ${stride}, padding ${padding}`;
  const given = (what: string, shape: readonly number[]) => once(() => as(dtype, normal(`${name} ${what}`, shape)));
  const [x, weight] = [given('x', shape), given('weight', kernel)];
  const dy = given('dy', resultShape(convolution));
  const size = (tensor: ReturnType<typeof x>) => map(tensor, Math.abs);
  const common = {
    name: named(name, dtype),
    dtype,
    quick,
    plans: [...OWN_PLAN, ...(unaligned ? (['unaligned'] as const) : []), ...(gpu ? (['gpu'] as const) : [])],
  };
  const halves = (result: string) => (dtype === 'f16' ? [result] : []);
  const ofInput = { ...options, shape };
  const ofWeight = { ...options, shape: kernel };
  // In ulps of what the sum's terms add up to.
  return [
    defineCase({
      op: 'conv2d',
      ...common,
      halves: halves('y'),
      run: (upload) => ({ y: ops.conv2d(upload(x()), upload(weight()), options) }),
      compute: (library) => ({ y: library.conv2d(x(), weight(), options) }),
      floors: () => ({ y: reference.conv2d(size(x()), size(weight()), options).data }),
    }),
    defineCase({
      op: 'conv2dInputBackward',
      ...common,
      halves: halves('dx'),
      run: (upload) => ({ dx: ops.conv2dInputBackward(upload(dy()), upload(weight()), ofInput) }),
      compute: (library) => ({ dx: library.conv2dInputBackward(dy(), weight(), ofInput) }),
      floors: () => ({ dx: reference.conv2dInputBackward(size(dy()), size(weight()), ofInput).data }),
    }),
    defineCase({
      op: 'conv2dWeightBackward',
      ...common,
      halves: halves('dWeight'),
      run: (upload) => ({ dWeight: ops.conv2dWeightBackward(upload(x()), upload(dy()), ofWeight) }),
      compute: (library) => ({ dWeight: library.conv2dWeightBackward(x(), dy(), ofWeight) }),
      floors: () => ({ dWeight: reference.conv2dWeightBackward(size(x()), size(dy()), ofWeight).data }),
    }),
  ];
}
