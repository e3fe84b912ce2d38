import elements from '../../shaders/math/elements.wgsl';
import special from '../../shaders/math/special.wgsl';
import windowsPart from '../../shaders/pool/windows.wgsl';
import { type DType, type Shape, show } from '../core/data.ts';
import { ShapeError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { type BindingFacts, type Bound, factsOf, launchWindows, type RangeOf, read, write } from '../kernels/bind.ts';
import { readParts, writeParts } from '../kernels/parts.ts';
import { elementSizes } from '../kernels/slices.ts';
import { ELEMENT_WORKGROUP_SIZE } from '../plan/elements.ts';
import type { Machine } from '../plan/machine.ts';
import { planeRuns } from '../plan/planes.ts';
import { productOf } from '../plan/strides.ts';
import { type Pair, type Windows2d, windows2d } from '../plan/windows2d.ts';
import type { Part } from '../runtime/link.ts';

/** The windows over the planes of [N, C, H, W]. Each option is a number for both axes, or [height, width]. */
export interface Pool2dOptions {
  /** The length of a window in elements, at least 1. */
  size: number | Pair;
  /** Elements between neighboring windows, at least 1. @default size */
  stride?: number | Pair;
  /** Elements added on each side of a plane: at most half of size. @default 0 */
  padding?: number | Pair;
}

/**
 * The windows over the planes of `shape`. Messages refer to it as `name`.
 * @throws ShapeError unless the shape and the options give at least one window
 */
export function poolWindows(op: string, name: string, shape: Shape, options: Pool2dOptions): Windows2d {
  const [height, width] = shape.slice(2);
  if (shape.length !== 4 || height === undefined || width === undefined)
    throw new ShapeError(`${op}: ${name} is ${show(shape)}, expected [N, C, H, W]`);
  const { size, stride = size, padding = 0 } = options;
  const windows = windows2d(op, { height, width }, { size, stride, padding });
  const half = windows.size.map((length) => Math.floor(length / 2));
  if (windows.padding.some((length, axis) => length > (half[axis] as number))) {
    const [given, whole] = [windows.padding, windows.size].map(show);
    throw new ShapeError(`${op}: padding is ${given}, expected at most ${show(half)}, half of size ${whole}`);
  }
  return windows;
}

/** The shape after pooling. */
export function pooledShape(shape: Shape, { output }: Windows2d): Shape {
  return [...shape.slice(0, 2), ...output];
}

/** A kernel over planes and their windows, with four neighboring elements per lane. */
export interface PoolKernel {
  readonly entry: string;
  /** The kernel's own parts. */
  readonly parts: readonly Part[];
}

/**
 * One forward or backward pooling pass: the tensors that it reads and the one that it creates, named as in the kernel.
 */
export interface PoolLaunch {
  readonly op: string;
  readonly kernel: PoolKernel;
  readonly windows: Windows2d;
  readonly reads: Readonly<Record<string, Tensor>>;
  readonly makes: { readonly name: string; readonly shape: Shape; readonly dtype: DType };
  readonly constants?: Readonly<Record<string, boolean>>;
}

/**
 * Records one dispatch per run of planes that fits in bindings. Elements are read one by one, so tensors need no
 * alignment.
 * @returns a new tensor as described by `makes`
 * @throws ShapeError if a plane is larger than a binding
 */
export function launchPool(launch: PoolLaunch): Tensor {
  const { op, windows, reads, makes, constants } = launch;
  const [{ backend }] = Object.values(reads) as [Tensor];
  const { plane, size, stride, padding, output } = windows;
  const bind: Record<string, Bound> = {};
  for (const name in reads) bind[name] = read(reads[name]);
  const count = productOf(makes.shape.slice(0, 2));
  const each = productOf(makes.shape.slice(2));
  const layout = { op, count, each, plane, size, stride, padding, output };
  const facts = { ...layout, bind: factsOf(bind), makes: makes.name, dtype: makes.dtype, constants };
  const { kernel, windows: runs } = backend.runtime.decide(launch.kernel, facts, decidePool);
  const made = backend.empty(makes.shape, makes.dtype);
  bind[makes.name] = write(made);
  const partOf: RangeOf<PoolWindow> = (_, { first, planes }, slice) => {
    const each = slice.size / count;
    return [first * each, planes * each];
  };
  const shape = { height: plane[0], width: plane[1], out_height: output[0], out_width: output[1] };
  launchWindows(backend.runtime, { op, kernel, bind, windows: runs }, partOf, ({ elements }) => ({
    size: elements,
    ...shape,
  }));
  return made;
}

/** A run of planes, with the number of elements in their results. */
interface PoolWindow {
  readonly first: number;
  readonly planes: number;
  readonly elements: number;
  readonly groups: number;
}

interface PoolFacts extends Windows2d {
  readonly op: string;
  readonly count: number;
  /** Elements per plane of the result. */
  readonly each: number;
  readonly bind: BindingFacts;
  /** The name and dtype of the result. */
  readonly makes: string;
  readonly dtype: DType;
  readonly constants: PoolLaunch['constants'];
}

function decidePool(facts: PoolFacts, machine: Machine, own: PoolKernel) {
  const { op, count, each, plane, size, stride, padding, output, constants } = facts;
  const bindings = Object.entries(facts.bind);
  const { bytes } = elementSizes([facts, ...bindings.map(([, { traits }]) => traits)]);
  const windows = planeRuns(op, machine, count, [plane, output], bytes).map(({ first, size: planes }): PoolWindow => {
    const elements = planes * each;
    return { first, planes, elements, groups: Math.ceil(elements / (4 * ELEMENT_WORKGROUP_SIZE)) };
  });
  const inVectors = windows.every(({ first }) => (first * each) % 4 === 0);
  const kernel = {
    entry: own.entry,
    parts: [
      ...own.parts,
      ...[windowsPart, special, elements],
      ...bindings.flatMap(([name, { traits }]) => readParts(machine, name, traits)),
      ...writeParts(machine, facts.makes, facts, inVectors),
    ],
    constants: {
      ...{ WORKGROUP_SIZE: ELEMENT_WORKGROUP_SIZE, PACK: 1 },
      ...{ SIZE_H: size[0], SIZE_W: size[1], STRIDE_H: stride[0], STRIDE_W: stride[1] },
      ...{ PADDING_H: padding[0], PADDING_W: padding[1] },
      ...constants,
    },
  };
  return { kernel, windows };
}
