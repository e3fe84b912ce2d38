import * as ops from '../../../src/index.ts';
import * as reference from '../../../src/reference/index.ts';
import type { HostInput, HostInputs, Library, Op, Options, Tensors } from '../call.ts';

const NAMES = ['gamma', 'beta', 'runningMean', 'runningVariance'] as const;

type Of<T> = Readonly<Record<string, T>>;
const pick = <T>(from: Of<T>, names: readonly string[]): Of<T> =>
  Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
const axisIn = ({ channelAxis }: Options) => (channelAxis === undefined ? {} : { channelAxis: channelAxis as number });

/** The channel of each element, and the mean of a term over each channel. */
function channelsOf({ shape, data }: HostInput, options: Options) {
  const axis = (options.channelAxis as number | undefined) ?? 1;
  const at = axis < 0 ? axis + shape.length : axis;
  const channels = shape[at] as number;
  const inner = shape.slice(at + 1).reduce((size, length) => size * length, 1);
  const channel = (i: number) => Math.floor(i / inner) % channels;
  const means = (term: (i: number) => number) => {
    const all = new Float64Array(channels);
    for (const i of data.keys()) all[channel(i)]! += (term(i) * channels) / data.length;
    return all;
  };
  return { channel, channels, means };
}

const size = (input: HostInput | undefined, c: number, otherwise: number) =>
  input ? Math.abs(input.data[c] as number) : otherwise;

/** (1 + |x̂|)·|γ| + |β|: what the affine map adds up. */
function affineSizes({ x, gamma, beta }: HostInputs, options: Options, xHat: Float64Array): Float64Array {
  const { channel } = channelsOf(x as HostInput, options);
  return xHat.map((value, i) => (1 + Math.abs(value)) * size(gamma, channel(i), 1) + size(beta, channel(i), 0));
}

const meanFloor = (x: HostInput, options: Options) =>
  channelsOf(x, options).means((i) => Math.abs(x.data[i] as number));

const statsOf = (library: Library, { other }: HostInputs, options: Options) =>
  other ? { stats: library.batchNormStats(other, axisIn(options)) } : {};

function trainByJudge(library: Library, inputs: HostInputs, options: Options) {
  const running = pick(inputs, ['runningMean', 'runningVariance']);
  const copies = Object.fromEntries(
    Object.entries(running).map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]),
  );
  const all = { ...options, ...pick(inputs, ['gamma', 'beta']), ...copies, ...statsOf(library, inputs, options) };
  return { ...library.batchNormTrain(inputs.x as HostInput, all), copies };
}

const plainXHat = (inputs: HostInputs, options: Options) =>
  trainByJudge(reference, pick(inputs, ['x', 'other']), options).y.data;

const STATS: Op = {
  dtype: () => 'f32',
  run: ({ x }, options) => pickStats(ops.batchNormStats(x as Tensors[string], options)),
  compute: (library, { x }, options) => pickStats(library.batchNormStats(x as HostInput, options)),
  floors: ({ x }, options) => ({ mean: meanFloor(x as HostInput, options) }),
};

const pickStats = <T>({ mean, variance }: { mean: T; variance: T }) => ({ mean, variance });

const MERGE: Op = {
  dtype: () => 'f32',
  run: (parts, options) =>
    pickStats(ops.mergeBatchNormStats(Object.values(parts).map((part) => ops.batchNormStats(part, options)))),
  compute: (library, parts, options) =>
    pickStats(library.mergeBatchNormStats(Object.values(parts).map((part) => library.batchNormStats(part, options)))),
  floors: (parts, options) => {
    const means = Object.values(parts).map((part) => meanFloor(part, options));
    return { mean: (means[0] as Float64Array).map((_, c) => Math.max(...means.map((list) => list[c] || 0))) };
  },
};

const FROM_STATE: Op = {
  dtype: () => 'f32',
  run: ({ state }, { count }) => pickStats(ops.batchNormStatsFromState(state as Tensors[string], count as number)),
  compute: (library, { state }, { count }) =>
    pickStats(library.batchNormStatsFromState(state as HostInput, count as number)),
  // The mean and what is to be added to it may cancel.
  floors: ({ state }, _, { mean }) => {
    const { shape, data } = state as HostInput;
    const [rows, channels] = shape as [number, number];
    return {
      mean: (mean as Float64Array).map(
        (_, c) => Math.abs(data[channels + c]!) + (rows === 4 ? Math.abs(data[3 * channels + c]!) : 0),
      ),
    };
  },
};

const TRAIN: Op = {
  dtype: ({ x, runningMean, runningVariance }) => ({
    y: (x as HostInput).dtype,
    runningMean: runningMean?.dtype ?? 'f32',
    runningVariance: runningVariance?.dtype ?? 'f32',
  }),
  writes: () => ['runningMean', 'runningVariance'],
  run: (inputs, options) => {
    const stats = inputs.other && { stats: ops.batchNormStats(inputs.other, axisIn(options)) };
    const { y } = ops.batchNormTrain(inputs.x as Tensors[string], { ...options, ...pick(inputs, NAMES), ...stats });
    return { y, ...pick(inputs, ['runningMean', 'runningVariance']) };
  },
  compute: (library, inputs, options) => {
    const { y, copies } = trainByJudge(library, inputs, options);
    return { y, ...copies };
  },
  floors: (inputs, options) => {
    const { x, other, runningMean, runningVariance } = inputs;
    const momentum = (options.momentum as number | undefined) ?? 0.1;
    const means = meanFloor(other ?? (x as HostInput), options);
    const keep = (running: HostInput | undefined, c: number) => (1 - momentum) * size(running, c, 0);
    return {
      y: affineSizes(inputs, options, plainXHat(inputs, options)),
      runningMean: means.map((mean, c) => momentum * mean + keep(runningMean, c)),
      runningVariance: means.map((_, c) => keep(runningVariance, c)),
    };
  },
};

const INFERENCE: Op = {
  dtype: ({ x }) => (x as HostInput).dtype,
  run: ({ x, ...rest }, options) => ({
    y: ops.batchNormInference(
      x as Tensors[string],
      { ...options, ...rest } as unknown as ops.BatchNormInferenceOptions,
    ),
  }),
  compute: (library, { x, ...rest }, options) => ({
    y: library.batchNormInference(
      x as HostInput,
      { ...options, ...rest } as unknown as reference.BatchNormInferenceOptions,
    ),
  }),
  floors: (inputs, options) => {
    const plain = {
      ...options,
      ...pick(inputs, ['mean', 'variance']),
    } as unknown as reference.BatchNormInferenceOptions;
    return { y: affineSizes(inputs, options, reference.batchNormInference(inputs.x as HostInput, plain).data) };
  },
};

const BACKWARD: Op = {
  dtype: ({ x, gamma }) => {
    const ofGamma = gamma?.dtype ?? 'f32';
    return { dx: (x as HostInput).dtype, dGamma: ofGamma, dBeta: ofGamma };
  },
  run: (inputs, options) => {
    const { x, dy } = inputs as Record<'x' | 'dy', Tensors[string]>;
    const { saved } = ops.batchNormTrain(x, options);
    return ops.batchNormBackward(x, dy, saved, { ...axisIn(options), ...pick(inputs, ['gamma']) });
  },
  compute: (library, inputs, options) => {
    const { x, dy } = inputs as Record<'x' | 'dy', HostInput>;
    const { saved } = library.batchNormTrain(x, options);
    return library.batchNormBackward(x, dy, saved, { ...axisIn(options), ...pick(inputs, ['gamma']) });
  },
  // γ·rstd·(dy - (dβ + x̂·dγ)/n): the sizes of the terms, sums by the sizes of theirs. An x̂ is known to an ulp of 1.
  floors: (inputs, options) => {
    const { x, dy, gamma } = inputs as Record<'x' | 'dy', HostInput> & HostInputs;
    const { y, saved } = reference.batchNormTrain(x, options);
    const xHat = (i: number) => 1 + Math.abs(y.data[i] as number);
    const { channel, means } = channelsOf(x, options);
    const sizeOf = (i: number) => Math.abs(dy.data[i] as number);
    const meanDy = means(sizeOf);
    const meanDyXHat = means((i) => sizeOf(i) * xHat(i));
    const dx = Float64Array.from(x.data, (_, i) => {
      const c = channel(i);
      const inner = sizeOf(i) + meanDy[c]! + xHat(i) * meanDyXHat[c]!;
      return size(gamma, c, 1) * saved.rstd.data[c]! * inner;
    });
    const times = (mean: number) => mean * saved.count;
    return { dx, dGamma: meanDyXHat.map(times), dBeta: meanDy.map(times) };
  },
};

export const BATCH_NORM: Readonly<Record<string, Op>> = {
  batchNormStats: STATS,
  mergeBatchNormStats: MERGE,
  batchNormStatsFromState: FROM_STATE,
  batchNormTrain: TRAIN,
  batchNormInference: INFERENCE,
  batchNormBackward: BACKWARD,
};
