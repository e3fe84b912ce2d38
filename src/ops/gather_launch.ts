import shader from '../../shaders/gather.wgsl';
import elements from '../../shaders/math/elements.wgsl';
import { bytesOf, type DType } from '../core/data.ts';
import type { Tensor } from '../core/tensor.ts';
import { moving, readParts, writeParts } from '../kernels/parts.ts';
import { elementSizes, sliceOf, type Traits, traitsOf } from '../kernels/slices.ts';
import { NAN_BITS } from '../plan/bits.ts';
import { halvesOf } from '../plan/boxes.ts';
import { ELEMENT_WORKGROUP_SIZE, elementWindows } from '../plan/elements.ts';
import type { Machine } from '../plan/machine.ts';
import { bindingRoom } from '../plan/rows.ts';
import type { Cause } from '../runtime/causes.ts';
import type { KernelSource } from '../runtime/link.ts';

/** The stored bits of an element whose index is out of range. */
const MISSING_BITS: Record<DType, number> = { f32: NAN_BITS, f16: 0x7e00, i32: 0, u32: 0 };

interface Gathering {
  readonly length: number;
  /** Elements per slice. */
  readonly inner: number;
  readonly causes: readonly Cause[];
}

/** The part to gather: y is [outer, count, inner]. */
interface Extent {
  readonly outer: number;
  readonly count: number;
}

/**
 * Splits the outermost axis, then the indices, in half until everything fits in bindings. Only x with one outer index
 * may stay larger, and y with one slice; they are then bound in windows.
 */
export function gatherFitting(what: Gathering, x: Tensor, indices: Tensor, y: Tensor, { outer, count }: Extent): void {
  const { backend } = x;
  const room = bindingRoom(backend.runtime.machine);
  const [xTooLarge, indicesTooLarge, yTooLarge] = [x, indices, y].map(
    ({ size, dtype }) => bytesOf(dtype) * size > room,
  );
  const byOuter = outer > 1 && (xTooLarge || indicesTooLarge || yTooLarge);
  if (!byOuter && !(count > 1 && (indicesTooLarge || yTooLarge))) {
    launchWindows(what, x, indices, y, count);
    return;
  }
  const length = byOuter ? outer : count;
  for (const { first, size } of halvesOf(length)) {
    backend.scope(() => {
      const part = (tensor: Tensor) => tensor.view((first * tensor.size) / length, [(size * tensor.size) / length]);
      if (byOuter) gatherFitting(what, part(x), indices, part(y), { outer: size, count });
      else gatherFitting(what, x, part(indices), part(y), { outer, count: size });
    });
  }
}

function launchWindows(
  { length, inner, causes }: Gathering,
  x: Tensor,
  indices: Tensor,
  y: Tensor,
  count: number,
): void {
  const { runtime } = x.backend;
  const { bytes, pack } = elementSizes([x]);
  const windowsOf = ({ size }: Tensor) => elementWindows(runtime.machine, size, bytes);
  const windows = x.size > 0 ? windowsOf(x) : [{ first: 0, size: 0 }];
  const windowed = windows.length > 1;
  const inQuads = inner % 4 === 0;
  const facts = { inQuads, windowed, x: traitsOf(x), indices: traitsOf(indices), y: traitsOf(y) };
  const kernel = runtime.decide(shader, facts, gatherVariant);
  for (const target of windowsOf(y)) {
    for (const window of windows) {
      runtime.launch({
        op: 'gather',
        kernel,
        bind: {
          x: sliceOf(x, window.first, window.size),
          indices: sliceOf(indices),
          y: sliceOf(y, target.first, target.size),
        },
        params: {
          size: target.size,
          first: target.first,
          length,
          inner,
          count,
          missing_bits: MISSING_BITS[x.dtype],
          window_first: window.first,
          window_size: window.size,
        },
        touched: { x: target.size },
        groups: Math.ceil(target.size / (4 * pack * ELEMENT_WORKGROUP_SIZE)),
        causes,
      });
    }
  }
}

interface GatherFacts {
  readonly inQuads: boolean;
  readonly windowed: boolean;
  readonly x: Traits;
  readonly indices: Traits;
  readonly y: Traits;
}

function gatherVariant({ inQuads, windowed, x, indices, y }: GatherFacts, machine: Machine): KernelSource {
  const halves = moving(machine);
  const parts = [
    shader,
    elements,
    ...readParts(halves, 'x', x, inQuads && x.aligned),
    ...readParts(halves, 'indices', indices),
    // A vector whose elements come from several windows cannot be written by one dispatch.
    ...writeParts(halves, 'y', y, y.owned && (inQuads || !windowed)),
  ];
  const { pack } = elementSizes([x]);
  const constants = {
    WORKGROUP_SIZE: ELEMENT_WORKGROUP_SIZE,
    PACK: pack,
    SIGNED: indices.dtype === 'i32',
    WINDOWED: windowed,
  };
  return { entry: 'gather', parts, constants };
}
