import { bytesOf, type Shape, show } from '../core/data.ts';
import { GradfoldError, ShapeError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { LARGEST_F32 } from '../plan/bits.ts';
import { type Channels, channelsOf } from '../plan/channels.ts';
import { checkFloat, checkNumber, checkOption, checkShape } from './check.ts';

/** x by its channel axis, 1 when none is given. @throws ShapeError unless x is [N, C] or [N, C, ...] and has the axis. */
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

/** @throws unless each tensor that is given is of floats and of the expected shape. */
export function checkFloats(op: string, tensors: Readonly<Record<string, Tensor | undefined>>, expected: Shape): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor === undefined) continue;
    checkFloat(op, name, tensor);
    checkShape(op, name, tensor.shape, expected);
  }
}

/** @throws GradfoldError unless ε is a number from 0 to f32's largest. */
export function checkEpsilon(op: string, epsilon = 1e-5): number {
  return checkNumber(op, 'epsilon', epsilon, 0, LARGEST_F32);
}

/** What the normalized values go through. */
export type Activation = 'none' | 'relu';

/** @throws GradfoldError unless it is one that there is. */
export function checkActivation(op: string, activation: Activation = 'none'): Activation {
  return checkOption(op, 'activation', activation, ['none', 'relu']);
}

/** @throws GradfoldError unless it is a whole number that a u32 holds. */
export function checkCount(op: string, name: string, count: number): number {
  if (!Number.isInteger(count) || count < 0 || count > LARGEST_COUNT) {
    throw new GradfoldError(`${op}: ${name} is ${count}, expected a whole number in [0, ${LARGEST_COUNT}]`);
  }
  return count;
}

/** @throws GradfoldError where what is `written` in place has an element of one of the others, or of the written before it. */
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

/** Whether two tensors lie in one buffer, which no dispatch may both read and write. */
export function sharesBuffer(a: Tensor, b: Tensor): boolean {
  return a.storage.buffer === b.storage.buffer;
}

function sharesElements(a: Tensor, b: Tensor): boolean {
  const end = ({ byteOffset, size, dtype }: Tensor) => byteOffset + bytesOf(dtype) * size;
  return sharesBuffer(a, b) && a.size * b.size > 0 && a.byteOffset < end(b) && b.byteOffset < end(a);
}

const LARGEST_COUNT = 2 ** 32 - 1;
