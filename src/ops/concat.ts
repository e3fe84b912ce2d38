import { show } from '../core/data.ts';
import { GradfoldError, ShapeError } from '../core/errors.ts';
import { record } from '../core/recorder.ts';
import { describe, type Tensor } from '../core/tensor.ts';
import { around } from '../plan/strides.ts';
import { checkTensors, resolveAxis } from './check.ts';
import { copyInto, inheritRange } from './copy.ts';
import { slice } from './slice.ts';

/**
 * Joins tensors along an axis. Elements are copied bit for bit.
 *
 * @param xs at least one tensor, all of one dtype (any) and of equal shapes except along the axis
 * @param axis counted from the end if negative. Default 0
 * @returns a new tensor whose length along the axis is the sum of theirs
 * @throws GradfoldError for no tensors or unequal dtypes; ShapeError for shapes that do not match
 */
export function concat(xs: readonly Tensor[], axis = 0): Tensor {
  if (!Array.isArray(xs as unknown))
    throw new GradfoldError(`concat: xs is ${describe(xs)}, expected an array of tensors`);
  const [head] = xs;
  if (!head) throw new GradfoldError('concat: xs is empty, expected at least one tensor');
  checkTensors('concat', Object.fromEntries(xs.map((x, index) => [`xs[${index}]`, x])));
  if (head.rank === 0) throw new ShapeError('concat: xs[0] is [], expected at least one axis');
  const at = resolveAxis('concat', axis, head.rank);
  for (const [index, x] of xs.entries()) {
    if (x.dtype !== head.dtype)
      throw new GradfoldError(`concat: xs[${index}] is ${x.dtype}, expected ${head.dtype} like xs[0]`);
    if (x.rank !== head.rank || x.shape.some((length, own) => own !== at && length !== head.shape[own])) {
      const expected = head.shape.map((length, own) => (own === at ? '...' : length)).join(', ');
      throw new ShapeError(`concat: xs[${index}] is ${show(x.shape)}, expected [${expected}] like xs[0]`);
    }
  }
  const total = xs.reduce((sum, x) => sum + (x.shape[at] as number), 0);
  const { outer, inner } = around(head.shape, at);
  const y = head.backend.empty(
    head.shape.map((length, own) => (own === at ? total : length)),
    head.dtype,
  );
  inheritRange(y, xs);
  let toStart = 0;
  for (const x of xs) {
    const cols = (x.shape[at] as number) * inner;
    copyInto('concat', x, { shape: [outer, cols], from: [cols, 1], to: [total * inner, 1], toStart }, y);
    toStart += cols;
  }
  const shapes = xs.map(({ shape }) => shape);
  return record('concat', Object.fromEntries(xs.entries()), y, {
    back: (dy, _, { wants }) => {
      let start = 0;
      const parts = shapes.map((shape, index) => {
        const starts = shape.map((_, own) => (own === at ? start : 0));
        start += shape[at] as number;
        return wants(String(index)) ? slice(dy, starts, shape) : undefined;
      });
      return Object.fromEntries(parts.entries());
    },
  });
}
