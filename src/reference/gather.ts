import { exact } from './arithmetic.ts';
import { axisView, readSlab, writeSlab } from './axis.ts';
import { type Float64NdArray, type NdArray, shapeText, sizeOf, valuesOf } from './nd_array.ts';

/**
 * The entries of x at `indices` along an axis, as numpy.take: the axis is replaced by the axes of the indices. As
 * there, a negative index counts from the end.
 *
 * @param x any shape
 * @param indices whole numbers in [-n, n), any shape, n being the axis's length
 * @throws RangeError for an index outside
 */
export function gather(x: NdArray, indices: NdArray, options: { axis: number }): Float64NdArray {
  const view = axisView('gather', x.shape, options.axis);
  const values = valuesOf('gather', 'x', x, exact);
  const taken = valuesOf('gather', 'indices', indices, exact);
  const shape = [...x.shape.slice(0, view.axis), ...indices.shape, ...x.shape.slice(view.axis + 1)];
  const data = new Float64Array(sizeOf(shape));
  const outView = { ...view, length: taken.length };
  taken.forEach((index, k) => {
    if (!Number.isInteger(index) || index < -view.length || index >= view.length) {
      throw new RangeError(`gather: index ${index} at ${k} is outside axis ${view.axis} of ${shapeText(x.shape)}`);
    }
    writeSlab(data, outView, k, readSlab(values, view, index < 0 ? index + view.length : index));
  });
  return { shape, data };
}
