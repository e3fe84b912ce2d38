import { bytesOf, type Shape, show } from '../core/data.ts';
import { GradfoldError, ShapeError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { LARGEST_F32 } from '../plan/bits.ts';
import { type Channels, channelsOf } from '../plan/channels.ts';
import { checkFloat, checkNumber, checkOption, checkShape } from './check.ts';

/**
 * The layout of x around its channel axis, 1 by default.
 * @throws ShapeError unless x has at least two axes and that one.
 */
export function checkChannels(op: string, x: Tensor, channelAxis = 1): Channels {
  checkFloat(op, 'x', x);
  const { rank, shape } = x;
  if (rank < 2) throw new ShapeError(`${op}: x is ${show(shape)}, expected [N, C] or [N, C, ...]`);
  if (!Number.isInteger(channelAxis) || channelAxis < -rank || channelAxis >= rank) {
    throw new ShapeError(
      `${op}: channelAxis is ${channelAxis}, expected a whole number in [${-rank}, ${rank - 1}] for x ${show(shape)}`,
    );
  }
  return channelsOf(shape, channelAxis < 0 ? channelAxis + rank : channelAxis);
}

/** @throws GradfoldError or ShapeError unless each tensor that is present has a float dtype and the expected shape. */
export function checkFloats(op: string, tensors: Readonly<Record<string, Tensor | undefined>>, expected: Shape): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor === undefined) continue;
    checkFloat(op, name, tensor);
    checkShape(op, name, tensor.shape, expected);
  }
}

/** @throws GradfoldError unless ε is in [0, the largest f32]. */
export function checkEpsilon(op: string, epsilon = 1e-5): number {
  return checkNumber(op, 'epsilon', epsilon, 0, LARGEST_F32);
}

/** The activation applied to the normalized values. */
export type Activation = 'none' | 'relu';

/** @throws GradfoldError unless the activation is a known one. */
export function checkActivation(op: string, activation: Activation = 'none'): Activation {
  return checkOption(op, 'activation', activation, ['none', 'relu']);
}

/** @throws GradfoldError unless the count is a whole number that fits in a u32. */
export function checkCount(op: string, name: string, count: number): number {
  if (!Number.isInteger(count) || count < 0 || count > LARGEST_COUNT) {
    throw new GradfoldError(`${op}: ${name} is ${count}, expected a whole number in [0, ${LARGEST_COUNT}]`);
  }
  return count;
}

/**
 * @throws GradfoldError if a tensor `written` in place shares an element with one of the others or with another written
 * one.
 */
export function checkApart(
  op: string,
  written: Readonly<Record<string, Tensor | undefined>>,
  others: Readonly<Record<string, Tensor | undefined>>,
): void {
  const seen = Object.entries(others);
  for (const [name, tensor] of Object.entries(written)) {
    if (!tensor) continue;
    const twin = seen.find(([, other]) => other && sharesElements(tensor, other));
    if (twin) {
      throw new GradfoldError(
        `${op}: ${name} shares its buffer's elements with ${twin[0]}, expected elements of its own`,
      );
    }
    seen.unshift([name, tensor]);
  }
}

/** Whether two tensors share a buffer, which no dispatch may both read and write. */
export function sharesBuffer(a: Tensor, b: Tensor): boolean {
  return a.storage.buffer === b.storage.buffer;
}

function sharesElements(a: Tensor, b: Tensor): boolean {
  const end = ({ byteOffset, size, dtype }: Tensor) => byteOffset + bytesOf(dtype) * size;
  return sharesBuffer(a, b) && a.size * b.size > 0 && a.byteOffset < end(b) && b.byteOffset < end(a);
}

const LARGEST_COUNT = 2 ** 32 - 1;
