import type { Shape } from '../core/data.ts';
import { show } from '../core/data.ts';
import { ShapeError } from '../core/errors.ts';

/** One axis of a walk through tensors: its length, and how many elements apart its neighbors stand in each. */
export interface Axis {
  readonly length: number;
  readonly strides: readonly number[];
}

/** The most axes that a kernel walks, after those that can be were merged. */
export const MAX_AXES = 8;

/** Elements of an array with these lengths. */
export function productOf(lengths: readonly number[]): number {
  return lengths.reduce((product, length) => product * length, 1);
}

/** A shape seen from one of its axes: [outer, length, inner]. A scalar is [1, 1, 1]. */
export function around(shape: Shape, axis: number): { outer: number; length: number; inner: number } {
  return { outer: productOf(shape.slice(0, axis)), length: shape[axis] ?? 1, inner: productOf(shape.slice(axis + 1)) };
}

/** Row-major strides of a contiguous tensor, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis] as number;
  }
  return strides;
}

/** Strides by which a tensor of `shape` is walked as if it had shape `to`: 0 along what is repeated. */
export function broadcastStrides(shape: Shape, to: Shape): number[] {
  const own = stridesOf(shape);
  const missing = to.length - shape.length;
  return to.map((_, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : (own[axis - missing] as number)));
}

/**
 * The same walk over fewer axes: those of length 1 are left out, neighbors that run on into each other in every tensor
 * are one. At least one axis is left. @throws ShapeError when more than eight are.
 */
export function collapse(op: string, shape: Shape, strides: readonly (readonly number[])[]): Axis[] {
  const axes: Axis[] = [];
  for (const [at, length] of shape.entries()) {
    if (length === 1) continue;
    const own = strides.map((list) => list[at] as number);
    const outer = axes.at(-1);
    if (outer?.strides.every((stride, index) => stride === length * (own[index] as number))) {
      axes[axes.length - 1] = { length: outer.length * length, strides: own };
    } else axes.push({ length, strides: own });
  }
  if (axes.length > MAX_AXES) {
    throw new ShapeError(
      `${op}: ${show(shape)} has ${axes.length} axes that cannot be merged, expected at most ${MAX_AXES}`,
    );
  }
  return axes.length > 0 ? axes : [{ length: 1, strides: strides.map(() => 0) }];
}

/** Axes as kernels take them: four numbers each, the innermost first. */
export function axisParams(axes: readonly Axis[]): number[] {
  return [...axes]
    .reverse()
    .flatMap(({ length, strides }) => [length, strides[0] ?? 0, strides[1] ?? 0, strides[2] ?? 0]);
}

/** How an operand is read where the result is made in row-major order. */
export type Walk =
  | { readonly kind: 'dense' }
  | { readonly kind: 'scalar' }
  /** As many elements as the result's last axes, three or more, over and over. */
  | { readonly kind: 'periodic'; readonly period: number }
  | { readonly kind: 'strided' };

/** What the walk of operand `index` along `axes` amounts to. */
export function walkOf(axes: readonly Axis[], index: number): Walk {
  let period = 1;
  let at = axes.length - 1;
  for (; at >= 0; at--) {
    const { length, strides } = axes[at] as Axis;
    if (strides[index] !== period) break;
    period *= length;
  }
  const repeated = axes.slice(0, at + 1).every(({ strides }) => strides[index] === 0);
  if (!repeated) return { kind: 'strided' };
  if (at < 0) return { kind: 'dense' };
  if (period === 1) return { kind: 'scalar' };
  return period > 2 ? { kind: 'periodic', period } : { kind: 'strided' };
}
