import { show } from '../core/data.ts';
import { ShapeError } from '../core/errors.ts';
import { piecesOf, type Run } from './boxes.ts';
import type { Machine } from './machine.ts';
import { bindingRoom } from './rows.ts';
import { productOf } from './strides.ts';
import type { Pair } from './windows2d.ts';

/**
 * Returns runs of planes that fit bindings. Every eighth plane of an aligned tensor starts on a 16-byte boundary.
 * @param planes the plane shape of each tensor that is processed together
 * @param bytes of an element
 * @throws ShapeError if a binding does not hold a single plane
 */
export function planeRuns(
  op: string,
  machine: Machine,
  count: number,
  planes: readonly Pair[],
  bytes: 2 | 4,
): readonly Run[] {
  const room = bindingRoom(machine);
  const largest = planes.reduce((a, b) => (productOf(b) > productOf(a) ? b : a));
  const bytesEach = bytes * productOf(largest);
  const most = Math.floor(room / bytesEach);
  if (most === 0) {
    throw new ShapeError(
      `${op}: a plane of ${show(largest)} takes ${bytesEach} bytes, expected at most ${room} (this adapter's maxStorageBufferBindingSize, less the alignment)`,
    );
  }
  return piecesOf(count, most > 8 ? most - (most % 8) : most);
}
