import { round, sumOf } from './arithmetic.ts';
import { axisView, readSlab } from './axis.ts';
import { type NdArray, shapeText, valuesOf, vector } from './nd_array.ts';

/** Statistics of each channel over all its elements. */
export interface BatchNormStats {
  /** Elements per channel. */
  count: number;
  /** [C]; 0 where count is 0. */
  mean: NdArray;
  /** [C], biased: M2 / count; NaN where count is 0. */
  variance: NdArray;
  /**
   * [4, C], the state exchanged between devices: count, mean, M2 = Σ(x - mean)², and the rounding error of the mean (to
   * be added to it; 0 here). The fourth row is optional in received statistics: [3, C].
   */
  state: NdArray;
}

export interface ChannelOptions {
  /** The channel axis of x; -1 for channels-last. @default 1 */
  channelAxis?: number;
}

interface Moments {
  mean: number;
  m2: number;
}

/**
 * Shifted two-pass moments: with K the first element, d = Σ(x - K)/n, mean = K + d and M2 = Σ((x - K) - d)² (Chan,
 * Golub & LeVeque, The American Statistician 37, 1983). M2 is never negative, and exactly 0 for a constant channel. A
 * channel with a non-finite element gives NaN.
 */
function momentsOf(channel: Float64Array): Moments {
  const shift = channel[0];
  if (shift === undefined) return { mean: 0, m2: 0 };
  if (!channel.every(Number.isFinite)) return { mean: Number.NaN, m2: Number.NaN };
  const d = round(sumOf(channel, (x) => round(x - shift)) / channel.length);
  const m2 = sumOf(channel, (x) => {
    const deviation = round(round(x - shift) - d);
    return round(deviation * deviation);
  });
  return { mean: round(shift + d), m2 };
}

function statsOf(count: number, moments: readonly Moments[]): BatchNormStats {
  const channels = moments.length;
  const data = new Float64Array(4 * channels);
  moments.forEach(({ mean, m2 }, c) => {
    data[c] = count;
    data[channels + c] = mean;
    data[2 * channels + c] = m2;
  });
  return {
    count,
    mean: vector(Float64Array.from(moments, ({ mean }) => mean)),
    variance: vector(Float64Array.from(moments, ({ m2 }) => round(m2 / count))),
    state: { shape: [4, channels], data },
  };
}

/** Returns the moments of each channel in a state. A count of 0 gives the moments of an empty channel. */
function momentsOfState(op: string, state: NdArray, count: number): Moments[] {
  const [rows, channels] = state.shape;
  if (state.shape.length !== 2 || (rows !== 3 && rows !== 4) || channels === undefined) {
    throw new Error(`${op}: state is ${shapeText(state.shape)}, expected [4, C] or [3, C]`);
  }
  const values = valuesOf(op, 'state', state);
  return Array.from({ length: channels }, (_, c) => {
    if (count === 0) return { mean: 0, m2: 0 };
    const left = rows === 4 ? values[3 * channels + c]! : 0;
    return { mean: round(values[channels + c]! + left), m2: values[2 * channels + c]! };
  });
}

/**
 * Returns the count, mean and biased variance of each channel.
 *
 * @param x [N, C] or [N, C, ...]
 */
export function batchNormStats(x: NdArray, options: ChannelOptions = {}): BatchNormStats {
  const op = 'batchNormStats';
  const view = axisView(op, x.shape, options.channelAxis ?? 1, 'channelAxis');
  const values = valuesOf(op, 'x', x);
  const moments = Array.from({ length: view.length }, (_, c) => momentsOf(readSlab(values, view, c)));
  return statsOf(view.rows, moments);
}

/**
 * Merges the statistics of several batches, whose counts may differ or be 0: mean = Σ n_i·mean_i / n and
 * M2 = Σ M2_i + n_i·(mean_i - mean)² (Chan's rule). No term is negative, so neither is M2.
 *
 * @param parts at least one, all with the same number of channels
 */
export function mergeBatchNormStats(parts: readonly BatchNormStats[]): BatchNormStats {
  const op = 'mergeBatchNormStats';
  const channels = parts[0]?.state.shape[1];
  if (channels === undefined) throw new Error(`${op}: parts is empty, expected at least one`);
  const moments = parts.map((part, i) => {
    const ofPart = momentsOfState(op, part.state, part.count);
    if (ofPart.length === channels) return ofPart;
    throw new Error(`${op}: parts[${i}] has ${ofPart.length} channels, expected ${channels} like parts[0]`);
  });
  const counts = Float64Array.from(parts, ({ count }) => count);
  const count = sumOf(counts);
  const firstOfAll = counts.findIndex((n) => n > 0);
  const merged = Array.from({ length: channels }, (_, c): Moments => {
    const part = (i: number): Moments => moments[i]![c]!;
    if (firstOfAll < 0) return part(0);
    // Taken relative to one of the means, so a large common mean costs no digits.
    const shift = part(firstOfAll).mean;
    const from = (i: number): number => round(part(i).mean - shift);
    const d = round(sumOf(counts, (n, i) => (n === 0 ? 0 : round(n * from(i)))) / count);
    const m2 = sumOf(counts, (n, i) => {
      const apart = round(from(i) - d);
      return n === 0 ? 0 : round(part(i).m2 + round(n * round(apart * apart)));
    });
    return { mean: round(shift + d), m2 };
  });
  return statsOf(count, merged);
}

/**
 * Returns the statistics of a state that another device sent.
 *
 * @param state [4, C] or [3, C], see BatchNormStats
 * @param count elements per channel; overrides the first row of the state
 */
export function batchNormStatsFromState(state: NdArray, count: number): BatchNormStats {
  return statsOf(count, momentsOfState('batchNormStatsFromState', state, count));
}
