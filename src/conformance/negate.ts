import { unary } from './inputs/elementwise.ts';
import { ofOne } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const negate: OpSpec = unary({
  name: 'negate',
  budget: 0,
  gradient: ofOne('negate'),
  integers: (x) => -x,
  integerTypes: ['i32'],
});
