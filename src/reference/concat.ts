import { axisView, readSlab, writeSlab } from './axis.ts';
import { type Float64NdArray, type NdArray, requireShape, sizeOf, storedValues } from './nd_array.ts';

/**
 * Joins arrays along an axis.
 *
 * @param xs at least one array; the shapes match except along the axis
 * @param axis 0 by default
 */
export function concat(xs: readonly NdArray[], axis = 0): Float64NdArray {
  const first = xs[0];
  if (first === undefined) throw new Error('concat: xs is empty, expected at least one array');
  const at = axisView('concat', first.shape, axis).axis;
  const withLength = (length: number): number[] => first.shape.map((n, i) => (i === at ? length : n));
  xs.forEach((x, i) => {
    requireShape('concat', `xs[${i}]`, x, withLength(x.shape[at] ?? 1), `xs[0] but for axis ${at}`);
  });
  const shape = withLength(xs.reduce((total, x) => total + x.shape[at]!, 0));
  const data = new Float64Array(sizeOf(shape));
  const outView = axisView('concat', shape, at);
  let start = 0;
  xs.forEach((x, i) => {
    const values = storedValues('concat', `xs[${i}]`, x);
    const view = axisView('concat', x.shape, at);
    for (let k = 0; k < view.length; k++) writeSlab(data, outView, start + k, readSlab(values, view, k));
    start += view.length;
  });
  return { shape, data };
}
