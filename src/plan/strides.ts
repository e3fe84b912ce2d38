import type { Shape } from '../core/data.ts';
import { show } from '../core/data.ts';
import { ShapeError } from '../core/errors.ts';

/** One axis of a walk through tensors: its length, and its stride in each tensor, in elements. */
export interface Axis {
  readonly length: number;
  readonly strides: readonly number[];
}

/** The most axes that a kernel walks, after merging. */
export const MAX_AXES = 8;

/** Returns the product of lengths: the elements of a shape. */
export function productOf(lengths: readonly number[]): number {
  return lengths.reduce((product, length) => product * length, 1);
}

/** Returns a shape as seen from one of its axes: [outer, length, inner]. A scalar is [1, 1, 1]. */
export function around(shape: Shape, axis: number): { outer: number; length: number; inner: number } {
  return { outer: productOf(shape.slice(0, axis)), length: shape[axis] ?? 1, inner: productOf(shape.slice(axis + 1)) };
}

/** Returns the row-major strides of a contiguous tensor, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis] as number;
  }
  return strides;
}

/** Returns the strides of a tensor of `shape` broadcast to shape `to`: 0 along repeated axes. */
export function broadcastStrides(shape: Shape, to: Shape): number[] {
  const own = stridesOf(shape);
  const missing = to.length - shape.length;
  return to.map((_, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : (own[axis - missing] as number)));
}

/**
 * Returns the same walk over fewer axes: axes of length 1 are dropped, and neighbors that are contiguous in every
 * tensor are merged. At least one axis is left.
 * @throws ShapeError when more than eight are left.
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

/** Returns axes as kernels take them: four numbers each, innermost first. */
export function axisParams(axes: readonly Axis[]): number[] {
  return [...axes]
    .reverse()
    .flatMap(({ length, strides }) => [length, strides[0] ?? 0, strides[1] ?? 0, strides[2] ?? 0]);
}

/** How an operand is read when the result is written in row-major order. */
export type Walk =
  | { readonly kind: 'dense' }
  | { readonly kind: 'scalar' }
  /** The operand has the result's last axes, three elements or more, and repeats along the others. */
  | { readonly kind: 'periodic'; readonly period: number }
  | { readonly kind: 'strided' };

/** Classifies the walk of operand `index` along `axes`. */
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
