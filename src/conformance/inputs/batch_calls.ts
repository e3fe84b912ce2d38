import { floats } from '../suite/data.ts';
import type { Right } from '../suite/spec.ts';

/** Values for two channels. */
export const CHANNELS = floats([2], (i) => i + 1);
export const EPSILONS = [-1, Number.NaN, Number.POSITIVE_INFINITY, '0'];
/** A batch of them. */
export const BATCH_RIGHT: Right = {
  inputs: { x: { shape: [3, 2], data: Float32Array.of(1, 2, 3, 5, 4, 7) } },
  anyShape: ['x'],
  wrong: { channelAxis: [2, -3, 0.5, '1'] },
};
