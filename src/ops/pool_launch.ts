import entries from '../../shaders/math/entries.wgsl';
import special from '../../shaders/math/special.wgsl';
import windowsPart from '../../shaders/pool/windows.wgsl';
import { bytesOf, type DType, type Shape, show } from '../core/data.ts';
import { ShapeError } from '../core/errors.ts';
import type { Tensor } from '../core/tensor.ts';
import { ownsVectors, readParts, sliceOf, writeParts } from '../kernels/parts.ts';
import { ELEMENT_WIDTH } from '../plan/elements.ts';
import { planeRuns } from '../plan/planes.ts';
import { sizesOf } from '../plan/rows.ts';
import { productOf } from '../plan/strides.ts';
import { type Pair, type Windows2d, windows2d } from '../plan/windows2d.ts';
import type { Part } from '../runtime/link.ts';
import type { Slice } from '../runtime/runtime.ts';

/** Windows over the planes of [N, C, H, W]. A number stands for both axes. */
export interface Pool2dOptions {
  /** Entries of a window, at least 1. */
  size: number | Pair;
  /** Entries from a window to the next, at least 1. @default size */
  stride?: number | Pair;
  /** Entries that are added on each side of a plane: at most half of size. @default 0 */
  padding?: number | Pair;
}

/**
 * The windows over the planes of `shape`, which messages call `name`.
 * @throws ShapeError where there are none
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

/** A shape with the planes that windows make of its own. */
export function pooledShape(shape: Shape, { output }: Windows2d): Shape {
  return [...shape.slice(0, 2), ...output];
}

/** A kernel of four neighboring entries a lane, over planes and the windows over them. */
export interface PoolKernel {
  readonly entry: string;
  /** Those that are its own. */
  readonly parts: readonly Part[];
}

/** One pooling, forward or back: what it reads, and the one tensor that it makes, by their names in the kernel. */
export interface PoolLaunch {
  readonly op: string;
  readonly kernel: PoolKernel;
  readonly windows: Windows2d;
  readonly reads: Readonly<Record<string, Tensor>>;
  readonly makes: { readonly name: string; readonly shape: Shape; readonly dtype: DType };
  readonly constants?: Readonly<Record<string, boolean>>;
}

/**
 * Records a dispatch for each run of planes that bindings hold. Entries are read one by one, wherever tensors start.
 * @returns a new tensor of the shape that was asked for
 * @throws ShapeError where a plane is larger than a binding
 */
export function launchPool({ op, kernel, windows, reads, makes, constants = {} }: PoolLaunch): Tensor {
  const [{ backend }] = Object.values(reads) as [Tensor];
  const { runtime } = backend;
  const { plane, size, stride, padding, output } = windows;
  const count = productOf(makes.shape.slice(0, 2));
  const dtypes = [makes.dtype, ...Object.values(reads).map(({ dtype }) => dtype)];
  const runs = planeRuns(op, runtime.machine, count, [plane, output], sizesOf(dtypes.map(bytesOf)).bytes);
  const made = backend.empty(makes.shape, makes.dtype);
  for (const { first, size: planes } of runs) {
    const partOf = (tensor: Tensor) => {
      const each = tensor.size / count;
      return sliceOf(tensor, first * each, planes * each);
    };
    const target = partOf(made);
    const inVectors = ownsVectors(target);
    const facts = `${size} ${stride} ${padding} ${Object.values(constants)} ${dtypes} ${inVectors}`;
    const source = runtime.decide(kernel, facts, (machine) => ({
      entry: kernel.entry,
      parts: [
        ...kernel.parts,
        ...[windowsPart, special, entries],
        ...Object.entries(reads).flatMap(([name, tensor]) => readParts(machine, name, tensor)),
        ...writeParts(machine, makes.name, made, inVectors),
      ],
      constants: {
        ...{ WIDTH: ELEMENT_WIDTH, PACK: 1 },
        ...{ SIZE_H: size[0], SIZE_W: size[1], STRIDE_H: stride[0], STRIDE_W: stride[1] },
        ...{ PADDING_H: padding[0], PADDING_W: padding[1] },
        ...constants,
      },
    }));
    const bind: Record<string, Slice> = { [makes.name]: target };
    for (const name in reads) bind[name] = partOf(reads[name] as Tensor);
    runtime.launch({
      op,
      kernel: source,
      bind,
      params: { size: target.size, height: plane[0], width: plane[1], out_height: output[0], out_width: output[1] },
      groups: Math.ceil(target.size / (4 * ELEMENT_WIDTH)),
    });
  }
  return made;
}
