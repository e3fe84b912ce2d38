import type { Shape } from '../../core/data.ts';
import { windows2d } from '../../plan/windows2d.ts';
import type { HostTensor } from '../suite/case.ts';
import { normal } from '../suite/data.ts';
import { as, type FloatType, named } from '../suite/half.ts';
import { DEFAULT_PLAN } from '../suite/plans.ts';
import type { Trial } from '../suite/spec.ts';

export interface Convolution {
  readonly x: readonly [number, number, number, number];
  readonly weight: readonly [number, number, number, number];
  readonly stride?: number | readonly [number, number];
  readonly padding?: number | readonly [number, number];
  /** @default only f32 */
  readonly dtypes?: readonly FloatType[];
  readonly quick?: boolean;
  /** Run also with tensors that start between vectors. @default false */
  readonly unaligned?: boolean;
  /** Run also as a GPU plans it: large enough for the tiles that workgroups share. @default false */
  readonly gpu?: boolean;
}

const BOTH: readonly FloatType[] = ['f32', 'f16'];

// Each window size and stride needs its own kernel, so there are few, each with and without a ragged end.
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

/** The tensors of a convolution and of its gradients. */
type Tensors = Record<'x' | 'weight' | 'dy', () => HostTensor>;

/** Trials with these tensors for convolution or one of its gradients; `shapeOf` gives the shape of a gradient. */
export function convolutionTrials(
  tensors: readonly (keyof Tensors)[],
  shapeOf?: (convolution: Convolution) => readonly number[],
): Trial[] {
  return CONVOLUTIONS.flatMap((convolution) =>
    (convolution.dtypes ?? ['f32']).map((dtype) => {
      const { x, weight, stride = 1, padding = 0, quick = false, unaligned = false, gpu = false } = convolution;
      const name = `[${x}] by [${weight}], stride ${stride}, padding ${padding}`;
      const given = (what: string, shape: readonly number[]) => () => as(dtype, normal(`${name} ${what}`, shape));
      const all: Tensors = {
        x: given('x', x),
        weight: given('weight', weight),
        dy: given('dy', resultShape(convolution)),
      };
      return {
        name: named(name, dtype),
        inputs: Object.fromEntries(tensors.map((tensor) => [tensor, all[tensor]])),
        options: { stride, padding, ...(shapeOf && { shape: shapeOf(convolution) }) },
        ...{ dtype, quick },
        plans: [...DEFAULT_PLAN, ...(unaligned ? (['unaligned'] as const) : []), ...(gpu ? (['gpu'] as const) : [])],
      };
    }),
  );
}
