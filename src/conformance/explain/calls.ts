import type { Backend } from '../../core/backend.ts';
import type { Shape } from '../../core/data.ts';
import type { Tensor } from '../../core/tensor.ts';
import * as ops from '../../index.ts';
import type { Options } from '../suite/case.ts';
import { type OpSpec, runOf } from '../suite/spec.ts';
import { specs } from '../suite/specs.ts';

/** A question about an op. */
export interface Asked {
  /** The shapes of its tensors, in order. The last shape also applies to any further tensors. */
  readonly shapes: readonly Shape[];
  readonly dtype: 'f32' | 'f16';
  readonly axis: number | undefined;
  readonly options: Options;
}

/** Prepares a call on tensors whose values do not matter, for the caller to run. */
type CallOf = (backend: Backend, asked: Asked) => () => unknown;

function callFor(spec: OpSpec): CallOf | undefined {
  const { name, group, tensors } = spec;
  if (group === 'batch-norm') return BATCH_NORM[name];
  if (name === 'matmul') return (backend, asked) => ofTensors(spec, backend, { ...asked, shapes: factors(asked) });
  // An op of lists or parameters has no tensors of its own; `full` has one only to identify its backend.
  return tensors.length > 0 && name !== 'full' ? (backend, asked) => ofTensors(spec, backend, asked) : undefined;
}

/** The op's tensors, then its options. Losses are not reduced; sums are along one axis, the last by default. */
function ofTensors(spec: OpSpec, backend: Backend, { shapes, dtype, axis, options }: Asked): () => unknown {
  const { group, right } = spec;
  const [first = []] = shapes;
  const isLoss = group === 'losses';
  const own = isLoss && first.length > 1 ? 1 : ['sum', 'mean', 'max'].includes(spec.name) ? -1 : undefined;
  const along = axis ?? own;
  const inputs = spec.tensors.map((name, index): [string, Tensor] => {
    const isLabels = name === right?.labels || name === 'indices';
    const shape = shapes[index] ?? (isLoss && isLabels ? without(first, along ?? 0) : shapes.at(-1)) ?? [];
    return [name, isLabels ? labels(backend, shape) : backend.empty(shape, dtype)];
  });
  const all = { ...(isLoss && { reduction: 'none' }), ...(along !== undefined && { axis: along }), ...options };
  return () => runOf(spec, Object.fromEntries(inputs), all);
}

/** The host has checked these labels, so no kernel does. */
function labels(backend: Backend, shape: Shape): Tensor {
  return backend.tensor(new Int32Array(shape.reduce((size, length) => size * length, 1)), shape);
}

function without(shape: Shape, axis: number): Shape {
  return shape.filter((_, at) => at !== (axis < 0 ? axis + shape.length : axis));
}

/** Two shapes, or one of three lengths: M, K, N. */
function factors({ shapes }: Asked): readonly Shape[] {
  const [shape = []] = shapes;
  if (shapes.length > 1) return shapes;
  const [m, k, n] = shape as [number, number, number];
  if (shape.length !== 3)
    throw new Error(`matmul: SHAPE is ${shape.join('x')}, expected MxKxN for [M, K] by [K, N], or two shapes`);
  return [
    [m, k],
    [k, n],
  ];
}

/** Takes x, and named tensors with one element per channel. */
const channeled =
  (run: (x: Tensor, options: never) => unknown, ...names: readonly string[]): CallOf =>
  (backend, { shapes: [shape = []], dtype, axis: channelAxis = 1, options }) => {
    const x = backend.empty(shape, dtype);
    const perChannel = names.map((name) => [name, backend.empty([shape.at(channelAxis) ?? 1], 'f32')]);
    return () => run(x, { channelAxis, ...Object.fromEntries(perChannel), ...options } as never);
  };

const BATCH_NORM: Readonly<Record<string, CallOf>> = {
  batchNormStats: channeled(ops.batchNormStats),
  batchNormTrain: channeled(ops.batchNormTrain, 'gamma', 'beta'),
  batchNormInference: channeled(ops.batchNormInference, 'mean', 'variance', 'gamma', 'beta'),
  batchNormBackward: (backend, { shapes: [shape = []], dtype, axis: channelAxis = 1, options }) => {
    const [x, dy] = [backend.empty(shape, dtype), backend.empty(shape, dtype)];
    const gamma = backend.empty([shape.at(channelAxis) ?? 1], 'f32');
    const { saved } = ops.batchNormTrain(x, { gamma, channelAxis });
    return () => ops.batchNormBackward(x, dy, saved, { gamma, channelAxis, ...options });
  },
};

/** How each op that can be explained is called, by its public name. */
export const CALLS: ReadonlyMap<string, CallOf> = new Map(
  specs.flatMap((spec) => {
    const call = callFor(spec);
    return call ? [[spec.name, call] as const] : [];
  }),
);
