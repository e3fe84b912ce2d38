import type { Backend } from '../../core/backend.ts';
import type { DType, Shape } from '../../core/data.ts';
import * as ops from '../../index.ts';

/** What a call is made of. */
export interface Asked {
  readonly backend: Backend;
  readonly op: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly axis: number | undefined;
}

/** A call that waits to be made. The values of what it is given are nobody's. */
type CallOf = (asked: Asked) => () => unknown;

/** Tensors of the shape first, then the options. Losses are not reduced. */
const alike =
  (count: number, ownAxis?: number): CallOf =>
  ({ backend, op, shape, dtype, axis = ownAxis }) => {
    const inputs = Array.from({ length: count }, () => backend.empty(shape, dtype));
    const options = { reduction: 'none', ...(axis !== undefined && { axis }) };
    return () => named(op)(...inputs, options);
  };

/** Logits and a label for each row, whose losses are not reduced. */
const labeled: CallOf = ({ backend, op, shape, dtype, axis = Math.min(1, shape.length - 1) }) => {
  const rows = shape.filter((_, at) => at !== (axis < 0 ? axis + shape.length : axis));
  const size = rows.reduce((product, length) => product * length, 1);
  // The host knows these to be labels, so no kernel checks them.
  const labels = backend.tensor(new Int32Array(size), rows);
  const x = backend.empty(shape, dtype);
  return () => named(op)(x, labels, { reduction: 'none', axis });
};

/** x, and tensors with an element a channel by name. */
const channeled =
  (...names: readonly string[]): CallOf =>
  ({ backend, op, shape, dtype, axis: channelAxis = 1 }) => {
    const x = backend.empty(shape, dtype);
    const perChannel = names.map((name) => [name, backend.empty([shape.at(channelAxis) ?? 1], 'f32')] as const);
    return () => named(op)(x, { channelAxis, ...Object.fromEntries(perChannel) });
  };

const batchNormBackward: CallOf = ({ backend, shape, dtype, axis: channelAxis = 1 }) => {
  const [x, dy] = [backend.empty(shape, dtype), backend.empty(shape, dtype)];
  const gamma = backend.empty([shape.at(channelAxis) ?? 1], 'f32');
  const { saved } = ops.batchNormTrain(x, { gamma, channelAxis });
  return () => ops.batchNormBackward(x, dy, saved, { gamma, channelAxis });
};

const matmul: CallOf = ({ backend, op, shape, dtype }) => {
  const [m, k, n] = shape as [number, number, number];
  if (shape.length !== 3) throw new Error(`${op}: SHAPE is ${shape.join('x')}, expected MxKxN for [M, K] by [K, N]`);
  const [a, b] = [backend.empty([m, k], dtype), backend.empty([k, n], dtype)];
  return () => ops.matmul(a, b);
};

type Function = (...args: unknown[]) => unknown;

function named(op: string): Function {
  return (ops as unknown as Readonly<Record<string, Function>>)[op] as Function;
}

const each = (call: CallOf, ...names: readonly string[]) => names.map((name) => [name, call] as const);

/** How each op that is explained is called, by its public name. */
export const CALLS: ReadonlyMap<string, CallOf> = new Map([
  ...each(alike(1), 'softmax'),
  ...each(alike(2), 'softmaxBackward'),
  ...each(alike(1), 'logSoftmax'),
  ...each(alike(2), 'logSoftmaxBackward'),
  ...each(alike(1), 'logSumExp', 'argmax', 'hardmax'),
  ...each(labeled, 'crossEntropy', 'crossEntropyBackward', 'crossEntropyWithGradient'),
  ...each(labeled, 'nllLoss', 'nllLossBackward', 'crossEntropyOfProbabilities'),
  ...each(alike(1, -1), 'sum', 'mean', 'max'),
  ...each(channeled(), 'batchNormStats'),
  ...each(channeled('gamma', 'beta'), 'batchNormTrain'),
  ...each(channeled('mean', 'variance', 'gamma', 'beta'), 'batchNormInference'),
  ...each(batchNormBackward, 'batchNormBackward'),
  ...each(matmul, 'matmul'),
  ...each(alike(1), 'relu', 'sigmoid', 'tanh', 'exp', 'log', 'sqrt', 'negate'),
  ...each(alike(2), 'add', 'subtract', 'multiply', 'divide', 'maximum'),
  ...each(alike(3), 'where'),
  ...each(alike(2), 'binaryCrossEntropyWithLogits', 'binaryCrossEntropyWithLogitsBackward', 'meanSquaredError'),
]);
