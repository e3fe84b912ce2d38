import { binary, ofTwo } from './inputs/elementwise.ts';
import { COLS } from './suite/gradient.ts';
import type { OpSpec } from './suite/spec.ts';

export const maximum: OpSpec = binary({
  name: 'maximum',
  budget: 0,
  integers: (a, b) => (a > b ? a : b),
  gradient: ofTwo('maximum', [COLS]),
  special: { formula: 'max(x, NaN)', partner: Number.NaN },
});
