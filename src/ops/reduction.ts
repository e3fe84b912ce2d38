import type { Tensor } from '../core/tensor.ts';
import { NAN_BITS } from '../plan/bits.ts';
import { checkOption } from './check.ts';
import { reduceRows } from './reduce.ts';

export type Reduction = 'mean' | 'sum' | 'none';

/** @throws GradfoldError unless it is a reduction. 'mean' is the default of every loss. */
export function checkReduction(op: string, reduction: Reduction = 'mean'): Reduction {
  return checkOption<Reduction>(op, 'reduction', reduction, ['mean', 'sum', 'none']);
}

/** What the losses of rows or elements add up to. */
export interface Total {
  /** Rows or elements, for a mean over them; 1 where `denominator` or nothing divides. */
  readonly divisor: number;
  readonly denominator?: Tensor | undefined;
  /** Stored where the divisor is 0. */
  readonly emptyBits?: number;
}

/** Losses as asked for: their own, or their sum over what `total` says. Takes over `losses`. */
export function reduceLosses(
  op: string,
  losses: Tensor,
  reduction: Reduction,
  { divisor, denominator, emptyBits = NAN_BITS }: Total,
): Tensor {
  if (reduction === 'none') return losses;
  const result = losses.backend.empty([], 'f32');
  reduceRows(op, losses, result, { divisor, denominator, emptyBits });
  losses.dispose();
  return result;
}
