import backwardPart from '../../shaders/divide_backward.wgsl';
import dividePart from '../../shaders/elementwise/divide.wgsl';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { launchElements } from './broadcast.ts';
import { sameShape } from './check.ts';
import { binary, binaryOf, FLOATS, ofFloats } from './elementwise.ts';

const BACKWARD = { entry: 'divide_backward', parts: [backwardPart, ...FLOATS] };
const KERNELS = ofFloats(binaryOf(dividePart, ...FLOATS));

/**
 * `a / b`, element by element, with NumPy broadcasting.
 * @param a f32 or f16
 * @param b the dtype of `a`
 * @returns a new tensor with the broadcast shape and the dtype of `a`
 * @throws ShapeError for shapes that do not broadcast; GradfoldError for other or unequal dtypes
 */
export function divide(a: Tensor, b: Tensor): Tensor {
  const y = binary('divide', KERNELS, a, b);
  return record('divide', { a, b }, y, {
    keeps: { a, b },
    back: (dy, { a, b }, { wants, sumTo, inF32 }) => {
      // What is summed is not rounded to halves before.
      const wide = sameShape(a.shape, dy.shape) ? (x: Tensor) => x : inF32;
      return {
        a: wants('a') ? sumTo(divide(wide(dy), wide(b)), a.shape) : undefined,
        b: wants('b') ? sumTo(divisorBackward(dy, a, b), b.shape) : undefined,
      };
    },
  });
}

/** The gradient of `b`, before its sum over the axes along which `b` is repeated. f32 if there is one. */
function divisorBackward(dy: Tensor, a: Tensor, b: Tensor): Tensor {
  const op = 'divideBackward';
  const db = launchElements(op, BACKWARD, { dy, a, b }, sameShape(b.shape, dy.shape) ? dy.dtype : 'f32');
  const inputs = { dy, a, b };
  return record(op, inputs, db, {
    keeps: inputs,
    back: (g, kept, { inF32, multiply, negate, through }) =>
      through(kept, { db: g }, (given) => {
        const [dy, a, b] = [given.dy, given.a, given.b].map(inF32) as [Tensor, Tensor, Tensor];
        return { db: negate(multiply(divide(dy, b), divide(a, b))) };
      }),
  });
}
