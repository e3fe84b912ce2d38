import { type NdArray, sameShape, shapeText, valuesOf } from './nd_array.ts';
import { readStrided, stridesOf } from './strided.ts';

/** Returns the common shape by NumPy's rule: shapes align at the last axis, and lengths are equal or 1. */
export function broadcastShape(op: string, ...shapes: (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1).filter((n) => n !== 1);
    const length = lengths[0] ?? 1;
    if (lengths.some((n) => n !== length)) {
      throw new Error(`${op}: ${shapes.map(shapeText).join(' and ')} do not broadcast`);
    }
    return length;
  });
}

/** Returns x's values repeated to fill `shape`. */
export function broadcastValues(op: string, name: string, x: NdArray, shape: readonly number[]): Float64Array {
  const values = valuesOf(op, name, x);
  if (sameShape(x.shape, shape)) return values;
  if (!sameShape(broadcastShape(op, x.shape, shape), shape)) {
    throw new Error(`${op}: ${name} is ${shapeText(x.shape)}, which does not broadcast to ${shapeText(shape)}`);
  }
  const missing = shape.length - x.shape.length;
  const own = stridesOf(x.shape);
  const strides = shape.map((_, axis) => (x.shape[axis - missing] === 1 ? 0 : (own[axis - missing] ?? 0)));
  return readStrided(values, shape, strides);
}
