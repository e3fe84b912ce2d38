import type { Tensor } from '../core/tensor.ts';
import { NAN_BITS } from '../plan/bits.ts';
import { checkOption } from './check.ts';
import { reduceRows } from './reduce.ts';

/** How a loss combines its rows or elements. 'none' returns each of them. */
export type Reduction = 'mean' | 'sum' | 'none';

/** The reduction, 'mean' by default. @throws GradfoldError unless it is a known one. */
export function checkReduction(op: string, reduction: Reduction = 'mean'): Reduction {
  return checkOption<Reduction>(op, 'reduction', reduction, ['mean', 'sum', 'none']);
}

/** The quantity that divides the sum of losses. */
export interface Total {
  /** The number of rows or elements for a mean over them; 1 if only `denominator` or nothing divides. */
  readonly divisor: number;
  readonly denominator?: Tensor | undefined;
  /** The bits of the result if the divisor is 0. */
  readonly emptyBits?: number;
  /** How many values there are to add: sums of some losses take the place of the first of them. @default all */
  readonly values?: number;
}

/** Returns the losses themselves, or their sum divided by the total. Takes ownership of `losses`. */
export function reduceLosses(
  op: string,
  losses: Tensor,
  reduction: Reduction,
  { divisor, denominator, emptyBits = NAN_BITS, values = losses.size }: Total,
): Tensor {
  if (reduction === 'none') return losses;
  const result = losses.backend.empty([], 'f32');
  const added = losses.view(0, [values]);
  reduceRows(op, added, result, { divisor, denominator, emptyBits });
  added.dispose();
  losses.dispose();
  return result;
}
