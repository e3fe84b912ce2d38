import elements from '../../shaders/math/elements.wgsl';
import cyclic from '../../shaders/operand/cyclic.wgsl';
import dense from '../../shaders/operand/dense.wgsl';
import periodic from '../../shaders/operand/periodic.wgsl';
import places from '../../shaders/operand/places.wgsl';
import scalar from '../../shaders/operand/scalar.wgsl';
import strided from '../../shaders/operand/strided.wgsl';
import { bytesOf, type DType, type Shape, show } from '../core/data.ts';
import { ShapeError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { type Bound, launchWindows, type Use, write } from '../kernels/bind.ts';
import { elementsIn } from '../kernels/elements.ts';
import { type Halves, moving, type Parts, readParts, writeParts } from '../kernels/parts.ts';
import { elementSizes, type Traits, traitsOf } from '../kernels/slices.ts';
import { halvesOf, type Run } from '../plan/boxes.ts';
import { ELEMENT_WORKGROUP_SIZE, planElements } from '../plan/elements.ts';
import type { Machine } from '../plan/machine.ts';
import { bindingRoom } from '../plan/rows.ts';
import { axisParams, broadcastStrides, collapse, productOf, type Walk, walkOf } from '../plan/strides.ts';
import type { NamedPart, Part } from '../runtime/link.ts';

/** A kernel that computes each element of `y` from the elements of its broadcast operands at the same position. */
export interface ElementKernel {
  readonly entry: string;
  readonly parts: readonly (Part | NamedPart)[];
  /** Whether it only copies bits: halves are then read as stored rather than as f32. */
  readonly moves?: boolean;
}

const SLOTS = ['y', 'z', 'w'];

/** The operands' broadcast shape by NumPy's rule. @throws ShapeError if lengths differ and neither is 1. */
export function broadcastShape(op: string, operands: Readonly<Record<string, Tensor>>): Shape {
  let common: number[] = [];
  let names = '';
  for (const [name, { shape }] of Object.entries(operands)) {
    const rank = Math.max(common.length, shape.length);
    const merged: number[] = [];
    for (let axis = 0; axis < rank; axis++) {
      const left = common[axis - rank + common.length] ?? 1;
      const right = shape[axis - rank + shape.length] ?? 1;
      if (left !== right && left !== 1 && right !== 1) {
        throw new ShapeError(
          `${op}: ${name} is ${show(shape)}, which does not broadcast with ${names} ${show(common)}`,
        );
      }
      merged.push(left === 1 ? right : left);
    }
    // For several operands, the message shows their merged shape.
    names = names ? `${names} and ${name}` : name;
    common = merged;
  }
  return common;
}

/** Runs the kernel over the broadcast shape of at most three operands. Returns a new tensor of `dtype`. */
export function launchElements(
  op: string,
  kernel: ElementKernel,
  operands: Readonly<Record<string, Tensor>>,
  dtype: DType,
  params: Readonly<Record<string, number>> = {},
): Tensor {
  const { backend } = Object.values(operands)[0] as Tensor;
  const y = backend.empty(broadcastShape(op, operands), dtype);
  if (y.size > 0) launchFitting({ op, kernel, params }, operands, y);
  return y;
}

interface ElementLaunch {
  readonly op: string;
  readonly kernel: ElementKernel;
  readonly params: Readonly<Record<string, number>>;
}

/**
 * Launches the kernel if its operands fit in bindings. Otherwise splits them in half along the first axis longer than 1
 * and recurses.
 */
function launchFitting(launch: ElementLaunch, operands: Readonly<Record<string, Tensor>>, y: Tensor): void {
  const { backend, shape } = y;
  const room = bindingRoom(backend.runtime.machine);
  let alike = true;
  let fits = bytesOf(y.dtype) * y.size <= room;
  for (const name in operands) {
    const { size, dtype } = operands[name] as Tensor;
    alike &&= size === y.size || size === 1;
    fits &&= bytesOf(dtype) * size <= room;
  }
  const axis = alike || fits ? -1 : shape.findIndex((length) => length > 1);
  if (axis < 0) {
    launchInto(launch, operands, y);
    return;
  }
  const length = shape[axis] as number;
  for (const run of halvesOf(length)) {
    backend.scope(() => {
      const part = (tensor: Tensor) => partOf(tensor, axis - shape.length, length, run);
      const parts = Object.entries(operands).map(([name, tensor]) => [name, part(tensor)]);
      launchFitting(launch, Object.fromEntries(parts), part(y));
    });
  }
}

/**
 * The elements of a run along `axis`, counted from the end, of a tensor whose axes before it have length 1. A tensor
 * that is repeated along the axis is returned as it is.
 */
function partOf(tensor: Tensor, axis: number, length: number, { first, size }: Run): Tensor {
  const at = tensor.rank + axis;
  if (at < 0 || tensor.shape[at] !== length) return tensor;
  const shape = tensor.shape.map((own, index) => (index === at ? size : own));
  return tensor.view((first * tensor.size) / length, shape);
}

function launchInto(
  { op, kernel, params }: ElementLaunch,
  operands: Readonly<Record<string, Tensor>>,
  y: Tensor,
): void {
  const { runtime } = y.backend;
  const facts: Record<string, OperandFacts> = {};
  for (const name in operands) facts[name] = factsOf(operands[name] as Tensor);
  const { source, plan, uses, walking } = runtime.decide(
    kernel,
    { op, y: factsOf(y), operands: facts },
    decideElements,
  );
  const bind: Record<string, Bound> = { y: write(y) };
  for (const name in operands) bind[name] = { use: uses[name] as Use, slice: operands[name] };
  const launch = { op, kernel: source, bind, windows: plan.windows, plan };
  launchWindows(runtime, launch, elementsIn, ({ size }) => ({ ...params, ...walking, size }));
}

interface OperandFacts {
  readonly shape: Shape;
  readonly traits: Traits;
}

const factsOf = (tensor: Tensor): OperandFacts => ({ shape: tensor.shape, traits: traitsOf(tensor) });

interface ElementFacts {
  readonly op: string;
  readonly y: OperandFacts;
  readonly operands: Readonly<Record<string, OperandFacts>>;
}

/**
 * Decides the variant, its windows and how it reads its operands. Dense operands are bound by window, others as a
 * whole.
 */
function decideElements({ op, y, operands }: ElementFacts, machine: Machine, kernel: ElementKernel) {
  const given = Object.entries(operands);
  const strides = given.map(([, { shape }]) => broadcastStrides(shape, y.shape));
  const axes = collapse(op, y.shape, strides);
  const walks = given.map(([name, { traits }], index) => {
    return { name, traits, walk: walkOf(axes, index), slot: SLOTS[index] as string };
  });
  const isStrided = walks.some(({ walk }) => walk.kind === 'strided');
  const sizes = elementSizes([y.traits, ...walks.map(({ traits }) => traits)]);
  const halves = kernel.moves ? moving(machine) : machine;
  const parts = [
    ...kernel.parts,
    elements,
    ...walks.flatMap((operand) => operandParts(halves, operand)),
    ...writeParts(halves, 'y', y.traits, y.traits.owned),
  ];
  const source = {
    entry: kernel.entry,
    parts,
    constants: { WORKGROUP_SIZE: ELEMENT_WORKGROUP_SIZE, PACK: sizes.pack, ...(isStrided && { RANK: axes.length }) },
  };
  const walking: Record<string, number | readonly number[]> = {};
  for (const { name, walk } of walks) if (walk.kind === 'periodic') walking[`${name}_period`] = walk.period;
  if (isStrided) walking.axes = axisParams(axes);
  // If every operand is dense or a scalar, a dispatch can cover any run of elements.
  const anywhere = walks.every(({ walk: { kind } }) => kind === 'dense' || kind === 'scalar');
  const size = productOf(y.shape);
  const whole = { first: 0, size, groups: Math.ceil(size / (4 * sizes.pack * ELEMENT_WORKGROUP_SIZE)) };
  return {
    source,
    walking,
    uses: Object.fromEntries(walks.map(({ name, walk }) => [name, walk.kind === 'dense' ? 'read' : 'shared'] as const)),
    plan: anywhere ? planElements(machine, size, sizes) : { pack: sizes.pack, windows: [whole] },
  };
}

interface Operand {
  readonly name: string;
  readonly traits: Traits;
  readonly walk: Walk;
  readonly slot: string;
}

function operandParts(halves: Halves, { name, traits, walk, slot }: Operand): Parts {
  const names = { NAME: name };
  const inQuads = traits.aligned && (walk.kind === 'dense' || (walk.kind === 'periodic' && walk.period % 4 === 0));
  const reads = readParts(halves, name, traits, inQuads);
  if (walk.kind === 'strided')
    return [...reads, { part: strided, names }, { part: places, names: { ...names, SLOT: slot } }];
  if (walk.kind === 'periodic') return [...reads, { part: inQuads ? periodic : cyclic, names }];
  return [...reads, { part: walk.kind === 'dense' ? dense : scalar, names }];
}
