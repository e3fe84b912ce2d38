import type { DType } from '../core/data.ts';
import * as reference from '../reference/index.ts';
import { numbered, ofFloats } from './inputs/movement.ts';
import { AXES } from './inputs/row_calls.ts';
import { finiteSizes } from './inputs/sizes.ts';
import { VECTOR_SUM } from './suite/budgets.ts';
import type { HostTensor } from './suite/case.ts';
import { floats, labels, normal } from './suite/data.ts';
import { axis, axisOf, choice, type DrawnInput, draws, number, perhaps, shape, values } from './suite/draws.ts';
import { TABLE } from './suite/gradient.ts';
import { DEFAULT_PLAN } from './suite/plans.ts';
import type { OpSpec } from './suite/spec.ts';

const TAKEN = [
  { shape: [37, 61], taken: [5, 3], axis: 0, quick: true, signed: true },
  { shape: [37, 61], taken: [70], axis: 1, signed: false },
  { shape: [4, 5, 6], taken: [9], axis: 1, signed: true },
  { shape: [37, 64], taken: [5], axis: 0, signed: false },
];
const ROW_TAKEN = { shape: [5], data: Int32Array.of(3, 1, 3, 0, 3) };

/** Indices into an axis; those of i32 also count from the end. */
const indicesOf = (shape: readonly number[], length: number, seed: number, dtype: DType): DrawnInput => ({
  shape: shape.map((n) => Math.min(n, 40)),
  dtype,
  values: { kind: 'labels', seed, planted: dtype === 'i32' ? [[seed, -1]] : [], below: length },
});

const INDICES = { taken: shape(0, 2), seed: number(255), indexType: choice<DType>('i32', 'u32'), axis: perhaps(axis) };

export const gather: OpSpec = {
  name: 'gather',
  group: 'movement',
  tensors: ['x', 'indices'],
  compute: (library, { x, indices }, options) => ({
    y: library.gather(x as HostTensor, indices as HostTensor, { axis: 0, ...options }),
  }),
  budget: 0,
  moves: true,
  trials: () =>
    ofFloats((dtype) =>
      [...TAKEN, { shape: [65537], taken: [4097], axis: 0, signed: true }].map(
        ({ shape, taken, axis, signed, ...rest }) => ({
          name: `[${taken}] of [${shape}] along ${axis}`,
          inputs: {
            x: numbered(shape, dtype),
            indices: () => {
              const indices = labels(`taken ${shape}`, taken, shape[axis]!);
              return signed ? indices : { ...indices, data: Uint32Array.from(indices.data) };
            },
          },
          options: { axis },
          quick: 'quick' in rest,
        }),
      ),
    ),
  draws: draws(
    { shape: shape(1), dtype: choice<DType>('f32', 'f16', 'i32', 'u32'), values: values('any'), ...INDICES },
    ({ shape, dtype, values, taken, seed, indexType, axis: drawn }) => {
      const axis = drawn && axisOf(drawn, shape.length);
      const length = Math.max(1, shape.at(axis ?? 0)!);
      const x = { shape: shape.with(axis ?? 0, length), values, dtype };
      return { inputs: { x, indices: indicesOf(taken, length, seed, indexType) }, options: { axis } };
    },
  ),
  right: {
    inputs: { x: floats([1, 3], (i) => i + 1), indices: { shape: [2], data: Int32Array.of(2, 0) } },
    options: { axis: 1 },
    integers: ['x', 'indices'],
    anyShape: ['x', 'indices'],
    wrong: { axis: AXES },
  },
  gradient: {
    trials: [
      { name: 'some twice', of: { x: TABLE }, given: { indices: ROW_TAKEN }, options: { axis: 0 } },
      {
        name: 'along the last axis, from its end',
        of: { x: TABLE },
        given: { indices: { shape: [3], data: Int32Array.of(-1, 2, 5) } },
        options: { axis: 1 },
      },
    ],
    steps: [(x, { call, constant }) => call('gather', x, constant({ shape: [4], data: Int32Array.of(2, 0, 2, -1) }))],
  },
};

export const gatherBackward: OpSpec = {
  name: 'gatherBackward',
  group: 'movement',
  tensors: ['dy', 'indices'],
  budget: VECTOR_SUM,
  // Σ|dy|
  floors: ({ dy, indices }, options) => ({
    y: reference.gatherBackward(
      finiteSizes(dy as HostTensor),
      indices as HostTensor,
      options as { shape: number[]; axis?: number },
    ).data,
  }),
  trials: () =>
    // The last one takes each element hundreds of times.
    [...TAKEN, { shape: [7, 3], taken: [4097], axis: 0, signed: true }].map(
      ({ shape, taken, axis, signed, ...rest }) => {
        const length = shape[axis]!;
        const indices = () => {
          const { data } = labels(`taken back ${shape}`, taken, length);
          const values = Array.from(data, (index, i) => (signed && i % 3 === 0 ? index - length : index));
          return { shape: taken, data: signed ? Int32Array.from(values) : Uint32Array.from(values) };
        };
        return {
          name: `[${taken}] of [${shape}] along ${axis}`,
          inputs: { dy: () => normal(`gradients ${shape}`, shape.toSpliced(axis, 1, ...taken)), indices },
          options: { shape, axis },
          quick: 'quick' in rest,
          plans: DEFAULT_PLAN,
        };
      },
    ),
  draws: draws(
    { shape: shape(1), values: values('any'), ...INDICES },
    ({ shape: drawnShape, values, taken, seed, indexType, axis: drawn }) => {
      const axis = drawn && axisOf(drawn, drawnShape.length);
      const at = ((axis ?? 0) + drawnShape.length) % drawnShape.length;
      const shape = drawnShape.with(at, Math.max(1, drawnShape[at]!));
      const indices = indicesOf(taken, shape[at]!, seed, indexType);
      const dy = { shape: shape.toSpliced(at, 1, ...indices.shape), values, dtype: 'f32' as const };
      return { inputs: { dy, indices }, options: { shape, axis } };
    },
  ),
  right: {
    inputs: { dy: floats([1, 3], (i) => i + 1), indices: { shape: [1], data: Int32Array.of(2) } },
    options: { shape: [5, 3] },
    integers: ['indices'],
    labels: 'indices',
    wrong: { axis: AXES, shape: [[5, 4], [5, 3.5], undefined, 4] },
  },
  gradient: {
    trials: [{ of: { dy: { shape: [5, 3] } }, given: { indices: ROW_TAKEN }, options: { shape: [4, 3] } }],
  },
};
