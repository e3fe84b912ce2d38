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

/** Which elements are dropped: the same for the same numbers, on every adapter. */
export interface DropoutOptions {
  /** The part of all elements that becomes 0, in [0, 1). The others are divided by 1 - rate. */
  rate: number;
  /** A whole number in [0, 2^53). */
  seed: number;
  /** Counts the calls that are to differ, such as training steps: a whole number in [0, 2^53). @default 0 */
  step?: number;
  /** Tells calls of one step apart, such as layers: a whole number in [0, 2^32). @default 0 */
  stream?: number;
}

/**
 * Dropout (Srivastava et al., JMLR 15, 2014), in the form that leaves scoring alone: each element is 0 with probability
 * `rate`, and divided by 1 - rate otherwise. Element i is dropped by word i mod 4 of Philox4x32-10 at counter (⌊i/4⌋,
 * stream, step) with key `seed`: nothing is kept from call to call. What is dropped is 0 whatever it was.
 * @param x f32 or f16, any shape
 * @returns a new tensor of the shape and dtype of `x`
 * @throws GradfoldError for a rate, seed, step or stream outside of its range
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
  // What was dropped stays so: the same words are drawn again.
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
