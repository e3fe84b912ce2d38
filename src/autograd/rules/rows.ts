import { multiply } from '../../ops/elementwise.ts';
import { logSoftmaxBackward } from '../../ops/log_softmax.ts';
import { softmax, softmaxBackward } from '../../ops/softmax.ts';
import { alongAxis, ofOne, type Rule, result } from './rule.ts';

type Options = { axis?: number };

export const ROWS: Readonly<Record<string, Rule>> = {
  softmax: ofOne(result, (dy, { y }, { options }) => ({ x: softmaxBackward(y, dy, options as Options) })),
  logSoftmax: ofOne(result, (dy, { y }, { options }) => ({ x: logSoftmaxBackward(y, dy, options as Options) })),
  logSumExp: ofOne(
    ({ x }) => ({ x }),
    (dy, { x }, { options }) => {
      const { axis = -1 } = options as Options;
      return { x: multiply(softmax(x, { axis, emptyRow: 'zero' }), alongAxis(dy, x.shape, axis)) };
    },
  ),
};
