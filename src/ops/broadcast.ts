import cyclic from '../../shaders/operand/cyclic.wgsl';
import dense from '../../shaders/operand/dense.wgsl';
import periodic from '../../shaders/operand/periodic.wgsl';
import scalar from '../../shaders/operand/scalar.wgsl';
import strided from '../../shaders/operand/strided.wgsl';
import unaligned from '../../shaders/operand/unaligned.wgsl';
import { type DType, type Shape, show } from '../data.ts';
import { ShapeError } from '../errors.ts';
import { ELEMENT_WIDTH, type ElementWindow, planElements } from '../plan/elements.ts';
import { type Slab, slabsOf } from '../plan/slabs.ts';
import { axisParams, broadcastStrides, collapse, type Walk, walkOf } from '../plan/strides.ts';
import type { NamedPart, Part } from '../runtime/link.ts';
import type { Slice } from '../runtime/runtime.ts';
import type { Tensor } from '../tensor.ts';
import { isAligned, sliceOf } from './parts.ts';

/** A kernel that makes each element of `y` from those of its operands at the same place, as they broadcast. */
export interface ElementKernel {
  readonly entry: string;
  readonly parts: readonly Part[];
}

const SLOTS = ['y', 'z', 'w'];

/** The shape that operands have in common by numpy's rule. @throws ShapeError where lengths differ and neither is 1. */
export function broadcastShape(op: string, operands: Readonly<Record<string, Tensor>>): Shape {
  let common: number[] = [];
  let names = '';
  for (const [name, { shape }] of Object.entries(operands)) {
    const rank = Math.max(common.length, shape.length);
    const merged = Array.from({ length: rank }, (_, axis) => {
      const left = common[axis - rank + common.length] ?? 1;
      const right = shape[axis - rank + shape.length] ?? 1;
      if (left !== right && left !== 1 && right !== 1) {
        throw new ShapeError(
          `${op}: ${name} is ${show(shape)}, which does not broadcast with ${names} ${show(common)}`,
        );
      }
      return left === 1 ? right : left;
    });
    // Of shapes merged already the message shows the merger.
    names = names ? `${names} and ${name}` : name;
    common = merged;
  }
  return common;
}

/** A new tensor of `dtype`: the kernel over the common shape of its operands, of which there are at most three. */
export function launchElements(
  op: string,
  kernel: ElementKernel,
  operands: Readonly<Record<string, Tensor>>,
  dtype: DType,
  params: Readonly<Record<string, number>> = {},
): Tensor {
  const { backend } = Object.values(operands)[0] as Tensor;
  const shape = broadcastShape(op, operands);
  const y = backend.empty(shape, dtype);
  const slabs = slabsOfRows(op, y, operands);
  if (slabs.length <= 1) {
    launchInto(op, kernel, operands, y, params);
    return y;
  }
  for (const { first, rows } of slabs) {
    backend.scope(() => {
      const part = (tensor: Tensor) =>
        tensor.rank === y.rank && tensor.shape[0] !== 1 ? rowsOf(tensor, first, rows) : tensor;
      const parts = Object.fromEntries(Object.entries(operands).map(([name, tensor]) => [name, part(tensor)]));
      launchInto(op, kernel, parts, rowsOf(y, first, rows), params);
    });
  }
  return y;
}

/** Where elements need more of an operand than those of the same place, slabs along the first axis, as bindings allow. */
function slabsOfRows(op: string, y: Tensor, operands: Readonly<Record<string, Tensor>>): Slab[] {
  const rows = y.shape[0] ?? 1;
  const alike = Object.values(operands).every(({ size }) => size === y.size || size === 1);
  return alike || y.size === 0 ? [] : slabsOf(op, y.backend.runtime.machine, rows, [y.size / rows]);
}

function rowsOf(tensor: Tensor, first: number, rows: number): Tensor {
  const [all = 1, ...rest] = tensor.shape;
  return tensor.view((first * tensor.size) / all, [rows, ...rest]);
}

function launchInto(
  op: string,
  kernel: ElementKernel,
  operands: Readonly<Record<string, Tensor>>,
  y: Tensor,
  params: Readonly<Record<string, number>>,
): void {
  const entries = Object.entries(operands);
  const { backend, shape } = y;
  const axes = collapse(
    op,
    shape,
    entries.map(([, tensor]) => broadcastStrides(tensor.shape, shape)),
  );
  const walks = entries.map(([name, tensor], index) => ({
    name,
    tensor,
    walk: walkOf(axes, index),
    slot: SLOTS[index] as string,
  }));
  const isStrided = walks.some(({ walk }) => walk.kind === 'strided');
  const source = {
    entry: kernel.entry,
    parts: [...kernel.parts, ...walks.map(operandPart)],
    constants: { WIDTH: ELEMENT_WIDTH, ...(isStrided && { RANK: axes.length }) },
  };
  const periods =
    walks.length > 1
      ? walks.map(({ name, walk }) => [`${name}_period`, walk.kind === 'periodic' ? walk.period : 0])
      : [];
  const layout = walks.length > 1 ? { axes: isStrided ? axisParams(axes) : [] } : {};
  for (const window of windowsOf(
    y,
    walks.map(({ walk }) => walk),
  )) {
    const { first, size, groups } = window;
    const bind: Record<string, Slice> = { y: sliceOf(y, first, size) };
    for (const { name, tensor, walk } of walks)
      bind[name] = walk.kind === 'dense' ? sliceOf(tensor, first, size) : sliceOf(tensor);
    backend.runtime.launch({
      op,
      kernel: source,
      bind,
      params: { ...params, ...Object.fromEntries(periods), ...layout, size },
      groups,
    });
  }
}

/** Windows where elements of one place are all that a window needs; else one, whose bindings must fit. */
function windowsOf(y: Tensor, walks: readonly Walk[]): ElementWindow[] {
  if (walks.every(({ kind }) => kind === 'dense' || kind === 'scalar'))
    return planElements(y.backend.runtime.machine, y.size, 4);
  return y.size === 0 ? [] : [{ first: 0, size: y.size, groups: Math.ceil(y.size / (4 * ELEMENT_WIDTH)) }];
}

function operandPart({
  name,
  tensor,
  walk,
  slot,
}: {
  name: string;
  tensor: Tensor;
  walk: Walk;
  slot: string;
}): NamedPart {
  if (walk.kind === 'strided') return { part: strided, names: { NAME: name, SLOT: slot } };
  const names = { NAME: name };
  if (walk.kind === 'scalar') return { part: scalar, names };
  const aligned = isAligned(sliceOf(tensor));
  if (walk.kind === 'dense') return { part: aligned ? dense : unaligned, names };
  return { part: aligned && walk.period % 4 === 0 ? periodic : cyclic, names };
}
