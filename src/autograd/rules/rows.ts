import type { Tensor } from '../../core/tensor.ts';
import { exp } from '../../ops/exp.ts';
import { logSoftmaxBackward } from '../../ops/log_softmax.ts';
import { multiply } from '../../ops/multiply.ts';
import { negate } from '../../ops/negate.ts';
import { sum } from '../../ops/reduce.ts';
import { softmax, softmaxBackward } from '../../ops/softmax.ts';
import { subtract } from '../../ops/subtract.ts';
import { alongAxis, inF32, ofOne, type Rule, result } from './rule.ts';

type Options = { axis?: number };

/** Row ops, and the ways back of those. */
export const ROWS: Readonly<Record<string, Rule>> = {
  softmax: ofOne(result, (dy, { y }, { options }) => ({ x: softmaxBackward(y, dy, options as Options) })),
  logSoftmax: ofOne(result, (dy, { y }, { options }) => ({ x: logSoftmaxBackward(y, dy, options as Options) })),
  // y·(dy - Σ y·dy), which is symmetric in what it does to dy.
  softmaxBackward: ofOne(
    ({ y, dy }) => ({ y, dy }),
    (g, { y, dy }, { options, wants }) => {
      const [p, d, back] = [y, dy, g].map(inF32) as [Tensor, Tensor, Tensor];
      const ofY = () =>
        subtract(
          multiply(back, subtract(d, rowSum(multiply(p, d), options))),
          multiply(d, rowSum(multiply(p, back), options)),
        );
      return { dy: softmaxBackward(y, g, options as Options), y: wants('y') ? ofY() : undefined };
    },
  ),
  // dy - exp(y)·Σ dy
  logSoftmaxBackward: ofOne(
    ({ y, dy }) => ({ y, dy }),
    (g, { y, dy }, { options, wants }) => {
      const back = inF32(g);
      const weighted = multiply(back, exp(inF32(y)));
      const ofY = () => negate(multiply(weighted, rowSum(inF32(dy), options)));
      return { dy: subtract(back, rowSum(weighted, options)), y: wants('y') ? ofY() : undefined };
    },
  ),
  logSumExp: ofOne(
    ({ x }) => ({ x }),
    (dy, { x }, { options }) => {
      const { axis = -1 } = options as Options;
      return { x: multiply(softmax(x, { axis, emptyRow: 'zero' }), alongAxis(dy, x.shape, axis)) };
    },
  ),
};

/** The sums along an axis, kept in a shape that broadcasts. */
function rowSum(x: Tensor, { axis = -1 }: Options): Tensor {
  return sum(x, { axis, keepDims: true });
}
