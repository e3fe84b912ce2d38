import { round } from './arithmetic.ts';
import { type AxisView, axisView, readSlab, writeSlab } from './axis.ts';
import { type Float64NdArray, type NdArray, shapeText, sizeOf, storedValues, valuesOf } from './nd_array.ts';

/**
 * Takes the slices of x at `indices` along an axis, like numpy.take. The axes of the indices replace the axis. A
 * negative index counts from the end.
 *
 * @param x any shape
 * @param indices integers in [-n, n), any shape, where n is the length of the axis
 * @param options.axis default 0
 * @throws RangeError for an index out of range
 */
export function gather(x: NdArray, indices: NdArray, options: { axis?: number } = {}): Float64NdArray {
  const view = axisView('gather', x.shape, options.axis ?? 0);
  const values = storedValues('gather', 'x', x);
  const taken = storedValues('gather', 'indices', indices);
  const shape = [...x.shape.slice(0, view.axis), ...indices.shape, ...x.shape.slice(view.axis + 1)];
  const data = new Float64Array(sizeOf(shape));
  const outView = { ...view, length: taken.length };
  taken.forEach((index, k) => {
    writeSlab(data, outView, k, readSlab(values, view, entryOf('gather', index, k, view, x.shape)));
  });
  return { shape, data };
}

/**
 * Returns the gradient of gather with respect to x: for each slice, the sum of dy over every index that took it.
 *
 * @param dy the gradient of the result, in its shape
 * @param indices the indices that were gathered
 * @param options.shape the shape of x
 * @param options.axis default 0
 * @throws RangeError for an index out of range
 */
export function gatherBackward(
  dy: NdArray,
  indices: NdArray,
  options: { shape: readonly number[]; axis?: number },
): Float64NdArray {
  const view = axisView('gatherBackward', options.shape, options.axis ?? 0);
  const values = valuesOf('gatherBackward', 'dy', dy);
  const taken = storedValues('gatherBackward', 'indices', indices);
  const data = new Float64Array(sizeOf(options.shape));
  const from = { ...view, length: taken.length };
  taken.forEach((index, k) => {
    const entry = entryOf('gatherBackward', index, k, view, options.shape);
    const sums = readSlab(data, view, entry);
    const more = readSlab(values, from, k);
    writeSlab(
      data,
      view,
      entry,
      sums.map((sum, i) => round(sum + (more[i] as number))),
    );
  });
  return { shape: [...options.shape], data };
}

/** Returns an index counted from the front. @throws RangeError */
function entryOf(op: string, index: number, at: number, { axis, length }: AxisView, shape: readonly number[]): number {
  if (!Number.isInteger(index) || index < -length || index >= length)
    throw new RangeError(`${op}: index ${index} at ${at} is outside axis ${axis} of ${shapeText(shape)}`);
  return index < 0 ? index + length : index;
}
