import shader from '../../shaders/dropout.wgsl';
import classes from '../../shaders/elementwise/classes.wgsl';
import product from '../../shaders/elementwise/product.wgsl';
import elements from '../../shaders/math/elements.wgsl';
import philox from '../../shaders/math/philox.wgsl';
import special from '../../shaders/math/special.wgsl';
import { GradfoldError } from '../core/errors.ts';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { read, write } from '../kernels/bind.ts';
import { launchElements } from '../kernels/elements.ts';
import { wordsOf } from '../random/philox.ts';
import { checkFloat, checkNumber, checkTensors } from './check.ts';

const KERNEL = { entry: 'dropout', parts: [shader, philox, product, classes, special, elements] };

/** Options of `dropout`. They alone determine which elements are dropped, on every adapter. */
export interface DropoutOptions {
  /** The probability that an element becomes 0, in [0, 1). The others are divided by 1 - rate. */
  rate: number;
  /** The seed of the random numbers: a whole number in [0, 2^53). */
  seed: number;
  /** The index of the training step, so that each step drops other elements: a whole number in [0, 2^53). @default 0 */
  step?: number;
  /** Distinguishes calls within a step, such as those of layers: a whole number in [0, 2^32). @default 0 */
  stream?: number;
}

/**
 * Inverted dropout (Srivastava et al., JMLR 15, 2014), which needs no scaling in inference: each element becomes 0 with
 * probability `rate`, and is divided by 1 - rate otherwise. Word i mod 4 of Philox4x32-10 at counter (⌊i/4⌋, stream,
 * step) with key `seed` decides on element i, so calls share no state. A dropped element is 0 even if it was
 * non-finite.
 * @param x f32 or f16, any shape
 * @returns a new tensor with the shape and dtype of `x`
 * @throws GradfoldError for a rate, seed, step or stream outside its range
 */
export function dropout(x: Tensor, options: DropoutOptions): Tensor {
  const op = 'dropout';
  checkTensors(op, { x });
  checkFloat(op, 'x', x);
  const { rate, seed, step = 0, stream = 0 } = options;
  checkNumber(op, 'rate', rate, 0, 1 - Number.EPSILON / 2);
  checkWhole(op, 'seed', seed, Number.MAX_SAFE_INTEGER);
  checkWhole(op, 'step', step, Number.MAX_SAFE_INTEGER);
  checkWhole(op, 'stream', stream, 2 ** 32 - 1);
  const y = x.backend.empty(x.shape, x.dtype);
  const [stepLow, stepHigh] = wordsOf(step);
  const [seedLow, seedHigh] = wordsOf(seed);
  launchElements(x.backend.runtime, {
    op,
    kernel: KERNEL,
    size: x.size,
    bind: { x: read(x), y: write(y) },
    params: ({ first }) => ({
      first: first / 4,
      last: lastKept(rate),
      stream,
      step_low: stepLow,
      step_high: stepHigh,
      seed_low: seedLow,
      seed_high: seedHigh,
      scale: 1 / (1 - rate),
    }),
  });
  // The backward pass drops the same elements: it draws the same words again.
  return record(op, { x }, y, { back: (dy) => ({ x: dropout(dy, { rate, seed, step, stream }) }) });
}

/** The largest random word that keeps an element. */
function lastKept(rate: number): number {
  return Math.ceil((1 - rate) * 2 ** 32) - 1;
}

function checkWhole(op: string, name: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new GradfoldError(`${op}: ${name} is ${value}, expected a whole number in [0, ${most}]`);
}
