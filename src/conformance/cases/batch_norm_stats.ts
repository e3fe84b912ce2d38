import * as ops from '../../index.ts';
import { type Case, defineCase, once } from '../suite/case.ts';
import { floats, normal } from '../suite/data.ts';
import { neverNegative, relativeWithin } from '../suite/limits.ts';
import { type BatchInput, channelMeans } from './batch_norm_inputs.ts';

/** The bounds. */
const VARIANCE_LIMITS = [neverNegative, relativeWithin(1e-6, 0)];

/** Mean |x| a channel: the mean's error is the sum's, whose terms these are. */
export const meanFloor = (input: BatchInput) => channelMeans(input, (i) => Math.abs(input.x().data[i]!));

export function statistics(input: BatchInput): Case {
  const { x, channelAxis, name, quick, plans, dtype } = input;
  return defineCase({
    op: 'batchNormStats',
    name,
    dtype,
    quick,
    plans,
    run: (upload) => {
      const { mean, variance } = ops.batchNormStats(upload(x()), { channelAxis });
      return { mean, variance };
    },
    compute: (library) => {
      const { mean, variance } = library.batchNormStats(x(), { channelAxis });
      return { mean, variance };
    },
    floors: () => ({ mean: meanFloor(input) }),
    limits: { variance: VARIANCE_LIMITS },
  });
}

/** Statistics of parts of a batch, one of them empty, merged; then normalized with. */
function merging(): Case {
  const parts = once(() => [
    normal('part 1', [7, 13, 5], 1e3, 1),
    floats([0, 13, 5], () => 0),
    normal('part 2', [1, 13, 1], 1e3, 1),
    normal('part 3', [64, 13, 9], 1e3 + 1, 2),
  ]);
  return defineCase({
    op: 'mergeBatchNormStats',
    name: 'parts of 35, 0, 1 and 576',
    quick: true,
    run: (upload) => {
      const { mean, variance } = ops.mergeBatchNormStats(parts().map((part) => ops.batchNormStats(upload(part))));
      return { mean, variance };
    },
    compute: (library) => {
      const { mean, variance } = library.mergeBatchNormStats(parts().map((part) => library.batchNormStats(part)));
      return { mean, variance };
    },
    floors: ({ mean }) => ({ mean: mean as Float64Array }),
    limits: { variance: VARIANCE_LIMITS },
  });
}

function receiving(rows: 3 | 4): Case {
  const state = once(() => floats([rows, 13], (i) => [11, 3 + i / 7, 5 + i / 3, 1e-8][Math.floor(i / 13)] as number));
  return defineCase({
    op: 'batchNormStatsFromState',
    name: `${rows} rows`,
    quick: true,
    run: (upload) => {
      const { mean, variance } = ops.batchNormStatsFromState(upload(state()), 11);
      return { mean, variance };
    },
    compute: (library) => {
      const { mean, variance } = library.batchNormStatsFromState(state(), 11);
      return { mean, variance };
    },
  });
}

/** Statistics that come together from several places. */
export function mergingCases(): Case[] {
  return [merging(), receiving(3), receiving(4)];
}
