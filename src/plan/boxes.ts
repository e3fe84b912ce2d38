import type { Shape } from '../core/data.ts';

/** A block of elements of one tensor and their positions in another, with a stride per axis in each. */
export interface Box {
  readonly shape: Shape;
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** @default 0 */
  readonly fromStart?: number;
  /** @default 0 */
  readonly toStart?: number;
}

/** Returns the number of elements from the first to the last of a box, inclusive. */
export function spanOf(shape: Shape, strides: readonly number[]): number {
  return shape.reduce((span, length, axis) => span + (length - 1) * (strides[axis] as number), 1);
}

/**
 * Splits a box into parts that span at most `room` elements in both tensors, by halving the axis that reaches furthest.
 */
export function boxesOf(box: Box, room: number): Box[] {
  const { shape, from, to, fromStart = 0, toStart = 0 } = box;
  if (shape.includes(0)) return [];
  const strides = spanOf(shape, from) > room ? from : spanOf(shape, to) > room ? to : undefined;
  if (!strides) return [box];
  const reach = shape.map((length, axis) => (length - 1) * (strides[axis] as number));
  const axis = reach.indexOf(Math.max(...reach));
  return halvesOf(shape[axis] as number).flatMap(({ first, size }) => {
    const half = {
      shape: shape.map((length, at) => (at === axis ? size : length)),
      from,
      to,
      fromStart: fromStart + first * (from[axis] as number),
      toStart: toStart + first * (to[axis] as number),
    };
    return boxesOf(half, room);
  });
}

/** A range along an axis. */
export interface Run {
  readonly first: number;
  readonly size: number;
}

/** Splits a length into runs of `most`; the last may be shorter. */
export function piecesOf(length: number, most: number): Run[] {
  return Array.from({ length: Math.ceil(length / most) }, (_, i) => ({
    first: i * most,
    size: Math.min(most, length - i * most),
  }));
}

/** Splits an axis into two runs at `halfOf`. */
export function halvesOf(length: number): [Run, Run] {
  const half = halfOf(length);
  return [
    { first: 0, size: half },
    { first: half, size: length - half },
  ];
}

/** Returns where to halve an axis: at a multiple of eight if it is long, so that both halves are aligned alike. */
export function halfOf(length: number): number {
  return length >= 16 ? 8 * Math.floor(length / 16) : Math.ceil(length / 2);
}
