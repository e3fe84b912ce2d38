import shader from '../../shaders/copy_strided.wgsl';
import elements from '../../shaders/math/elements.wgsl';
import dense from '../../shaders/operand/dense.wgsl';
import intoDense from '../../shaders/operand/into_dense.wgsl';
import intoRuns from '../../shaders/operand/into_runs.wgsl';
import intoStrided from '../../shaders/operand/into_strided.wgsl';
import places from '../../shaders/operand/places.wgsl';
import runs from '../../shaders/operand/runs.wgsl';
import strided from '../../shaders/operand/strided.wgsl';
import type { HostRange } from '../core/data.ts';
import { bytesOf, type Shape } from '../core/data.ts';
import type { Tensor } from '../core/tensor.ts';
import { moving, readParts, writeParts } from '../kernels/parts.ts';
import { elementSizes, sliceOf, type Traits, traitsOf } from '../kernels/slices.ts';
import { type Box, boxesOf, spanOf } from '../plan/boxes.ts';
import { ELEMENT_WORKGROUP_SIZE } from '../plan/elements.ts';
import type { Machine } from '../plan/machine.ts';
import type { Plan } from '../plan/reasons.ts';
import { bindingRoom } from '../plan/rows.ts';
import { type Axis, axisParams, broadcastStrides, collapse, productOf, stridesOf, walkOf } from '../plan/strides.ts';
import { sameShape } from './check.ts';

/** Returns a new tensor of `shape` with the elements of x at `strides`, from element `start` on. */
export function copyStrided(op: string, x: Tensor, shape: Shape, strides: readonly number[], start: number): Tensor {
  const y = x.backend.empty(shape, x.dtype);
  inheritRange(y, [x]);
  copyInto(op, x, { shape, from: strides, to: stridesOf(shape), fromStart: start }, y);
  return y;
}

/** Returns a tensor broadcast to `shape`, or the tensor itself if it has that shape. */
export function broadcastTo(op: string, x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : copyStrided(op, x, shape, broadcastStrides(x.shape, shape), 0);
}

/** Copies a box of x to its places in y, of the same dtype. Splits it into boxes that fit in bindings. */
export function copyInto(op: string, x: Tensor, box: Box, y: Tensor, plan?: Plan): void {
  const { backend } = x;
  const room = bindingRoom(backend.runtime.machine) / bytesOf(x.dtype);
  for (const part of boxesOf(box, room)) {
    backend.scope(() => {
      const source = x.view(part.fromStart ?? 0, [spanOf(part.shape, part.from)]);
      const target = y.view(part.toStart ?? 0, [spanOf(part.shape, part.to)]);
      copyBox(op, source, part, target, plan);
    });
  }
}

/** Copies one box. x and y are the ranges of elements that it spans. */
function copyBox(op: string, x: Tensor, { shape, from, to }: Box, y: Tensor, plan: Plan | undefined): void {
  const { runtime } = x.backend;
  const facts = { op, shape, from, to, x: traitsOf(x), y: traitsOf(y) };
  const decided = runtime.decide(shader, facts, decideCopy);
  runtime.launch({ op, bind: { x: sliceOf(x), y: sliceOf(y) }, plan, ...decided });
}

interface CopyFacts extends Pick<Box, 'shape' | 'from' | 'to'> {
  readonly op: string;
  readonly x: Traits;
  readonly y: Traits;
}

function decideCopy({ op, shape, from, to, x, y }: CopyFacts, machine: Machine) {
  const size = productOf(shape);
  const axes = collapse(op, shape, [from, to]);
  const { pack } = elementSizes([x]);
  const [reads, writes] = [stepsOf(axes, 0), stepsOf(axes, 1)];
  const anyStrided = reads.kind !== 'dense' || writes.kind !== 'dense';
  const inPlaces = (name: string, slot: string) => ({ part: places, names: { NAME: name, SLOT: slot } });
  const halves = moving(machine);
  const parts = [
    shader,
    elements,
    ...readParts(halves, 'x', x, reads.inQuads && x.aligned),
    { part: READS[reads.kind], names: { NAME: 'x' } },
    ...(reads.kind === 'dense' ? [] : [inPlaces('x', 'y')]),
    ...writeParts(halves, 'y', y, writes.inQuads && y.owned),
    { part: WRITES[writes.kind], names: { NAME: 'y' } },
    ...(writes.kind === 'dense' ? [] : [inPlaces('y', 'z')]),
  ];
  return {
    kernel: {
      entry: 'copy_strided',
      parts,
      constants: { WORKGROUP_SIZE: ELEMENT_WORKGROUP_SIZE, PACK: pack, RANK: axes.length },
    },
    params: { size, ...(anyStrided && { axes: axisParams(axes) }) },
    touched: { x: size, y: size },
    groups: Math.ceil(size / (4 * pack * ELEMENT_WORKGROUP_SIZE)),
  };
}

const READS = { dense, runs, strided };
const WRITES = { dense: intoDense, runs: intoRuns, strided: intoStrided };

/**
 * The layout of a box's elements in a tensor: contiguous, in runs whose lengths are multiples of four, or strided.
 * `inQuads` is whether vectors of four start at multiples of four.
 */
function stepsOf(axes: readonly Axis[], index: number): { kind: 'dense' | 'runs' | 'strided'; inQuads: boolean } {
  if (walkOf(axes, index).kind === 'dense') return { kind: 'dense', inQuads: true };
  const outer = [...axes];
  const inner = outer.pop();
  if (inner?.strides[index] !== 1 || inner.length % 4 !== 0) return { kind: 'strided', inQuads: false };
  return { kind: 'runs', inQuads: outer.every(({ strides }) => (strides[index] as number) % 4 === 0) };
}

/** Sets the bounds of integers that are all copied from `sources`: the union of their bounds, if all are known. */
export function inheritRange(y: Tensor, sources: readonly Tensor[]): void {
  let union: HostRange | undefined;
  for (const { hostRange, size } of sources) {
    if (size === 0) continue;
    if (!hostRange) return;
    const min = Math.min(hostRange.min, union?.min ?? hostRange.min);
    const max = Math.max(hostRange.max, union?.max ?? hostRange.max);
    union = { min, max, minIndex: 0, maxIndex: 0, exact: false };
  }
  if (union && y.size > 0) y.storage.hostRange = union;
}
