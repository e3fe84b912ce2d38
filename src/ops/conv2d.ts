import elementsPart from '../../shaders/conv2d/elements.wgsl';
import paramsPart from '../../shaders/conv2d/params.wgsl';
import phasePart from '../../shaders/conv2d/phase.wgsl';
import placePart from '../../shaders/conv2d/place.wgsl';
import planesByPixelPart from '../../shaders/conv2d/planes_by_pixel.wgsl';
import putPhasePart from '../../shaders/conv2d/put_phase.wgsl';
import reachedPart from '../../shaders/conv2d/reached.wgsl';
import tapsByPixelPart from '../../shaders/conv2d/taps_by_pixel.wgsl';
import weightsByPhasePart from '../../shaders/conv2d/weights_by_phase.wgsl';
import windowsPart from '../../shaders/conv2d/windows.wgsl';
import { bytesOf, type Shape, show, sizeOf } from '../core/data.ts';
import { GradfoldError, ShapeError } from '../core/errors.ts';
import { record } from '../core/recorder.ts';
import type { Tensor } from '../core/tensor.ts';
import { piecesOf, type Run } from '../plan/boxes.ts';
import { bindingRoom } from '../plan/rows.ts';
import { productOf } from '../plan/strides.ts';
import { type Pair, type Windows2d, windows2d } from '../plan/windows2d.ts';
import type { Part } from '../runtime/link.ts';
import { checkFits, checkFloat, checkShape, checkTensors } from './check.ts';
import { addInto, dense, densePart, multiplyInto, type ProductKernel, type ProductOf } from './product.ts';

const kernelOf = (a: Part, b: Part, ...parts: readonly Part[]): ProductKernel => ({
  parts: [paramsPart, { part: elementsPart, names: { NAME: 'b' } }, ...parts],
  a,
  b,
});
const FORWARD = kernelOf(densePart, windowsPart);
const BY_PHASE = kernelOf(weightsByPhasePart, reachedPart, phasePart);
const BY_PHASES = { ...BY_PHASE, put: putPhasePart };
const BY_PIXELS = kernelOf(planesByPixelPart, tapsByPixelPart, placePart);

export interface Conv2dOptions {
  /** Pixels between neighboring windows, at least 1, or [height, width]. @default 1 */
  stride?: number | Pair;
  /** Zeros added on each side, at least 0, or [height, width]. @default 0 */
  padding?: number | Pair;
}

/**
 * The 2-D convolution of neural networks, which is a cross-correlation:
 * `y[n, o, i, j] = Σ_{c,h,w} weight[o, c, h, w]·x[n, c, i·stride + h - padding, j·stride + w - padding]`, with x = 0
 * outside the image. Computed as an implicit matrix product: the matrix of windows is never stored. Padding is
 * multiplied like pixels, so its product with a non-finite weight is NaN.
 *
 * @param x f32 or f16 (summed in f32), [N, C, H, W]
 * @param weight with the dtype of x, [O, C, KH, KW]
 * @returns a new tensor [N, O, OH, OW] with that dtype; OH = ⌊(H + 2·padding - KH) / stride⌋ + 1, OW likewise
 * @throws ShapeError if the channels differ, a window is larger than the padded image, or an image or the weight is
 * larger than a binding; GradfoldError for unequal dtypes
 */
export function conv2d(x: Tensor, weight: Tensor, options: Conv2dOptions = {}): Tensor {
  const op = 'conv2d';
  checkFactors(op, { x, weight });
  const maps = mapsOf(op, x.shape, weight.shape, options, `weight is ${show(weight.shape)}`);
  checkImages(op, x, { x: x.shape, y: maps.y });
  checkFits(op, 'weight', weight, weight.shape);
  const y = x.backend.empty(maps.y, x.dtype);
  eachRun(x, y, (x, y) => {
    const [images, , height, width] = x.shape as Four;
    const [, outputs, rows, cols] = y.shape as Four;
    const k = productOf(weight.shape.slice(1));
    const product = {
      a: dense(weight, true, k, true),
      b: { tensor: x, along: false, quads: false },
      batches: images,
      m: outputs,
      n: rows * cols,
      k,
    };
    multiply(op, FORWARD, product, maps, { planes: maps.channels, height, width, grid: [rows, cols] }, y);
  });
  // The convolution is linear in both factors, so it and its two gradients are each other's gradients.
  return record(op, { x, weight }, y, {
    keeps: { x, weight },
    back: (dy, { x, weight }, { wants }) => ({
      x: wants('x') ? conv2dInputBackward(dy, weight, { ...options, shape: x.shape }) : undefined,
      weight: wants('weight') ? conv2dWeightBackward(x, dy, { ...options, shape: weight.shape }) : undefined,
    }),
  });
}

/**
 * The gradient of `conv2d` with respect to x, also known as the transposed convolution. A pixel's gradient is the sum,
 * over the windows that cover it, of the window's gradient times the weight at that pixel. Windows past the edge of dy
 * count as gradients of 0, so their product with a non-finite weight is NaN.
 *
 * @param dy the gradient of the result of `conv2d`, f32 or f16, [N, O, OH, OW]
 * @param weight with the dtype of dy, [O, C, KH, KW]
 * @param options the options of `conv2d`
 * @param options.shape the shape of x, [N, C, H, W]
 * @returns a new tensor with that shape and the dtype of dy
 * @throws ShapeError if `conv2d` would not return the shape of dy, and in the cases of `conv2d`
 */
export function conv2dInputBackward(
  dy: Tensor,
  weight: Tensor,
  options: Conv2dOptions & { readonly shape: Shape },
): Tensor {
  const op = 'conv2dInputBackward';
  checkFactors(op, { dy, weight });
  const { shape } = options;
  sizeOf(op, shape);
  const maps = mapsOf(op, shape, weight.shape, options, `weight is ${show(weight.shape)}`);
  checkShape(op, 'dy', dy.shape, maps.y, `conv2d of ${show(shape)} by ${show(weight.shape)}`);
  checkImages(op, dy, { dx: shape, dy: dy.shape });
  checkFits(op, 'weight', weight, weight.shape);
  const dx = dy.backend.empty(shape, dy.dtype);
  const [stride, size] = [maps.windows.stride, maps.windows.size];
  const phases = productOf(stride);
  eachRun(dx, dy, (dx, dy) => {
    const [images, channels, ...result] = dx.shape as Four;
    const [, outputs, height, width] = dy.shape as Four;
    const grid = [Math.ceil(result[0] / stride[0]), Math.ceil(result[1] / stride[1])] as const;
    const product = {
      a: { tensor: weight, along: true, quads: false },
      b: { tensor: dy, along: false, quads: false },
      batches: images * phases,
      m: channels,
      n: productOf(grid),
      k: outputs * Math.ceil(size[0] / stride[0]) * Math.ceil(size[1] / stride[1]),
    };
    multiply(
      op,
      phases > 1 ? BY_PHASES : BY_PHASE,
      product,
      maps,
      { planes: outputs, height, width, grid, result },
      dx,
    );
  });
  return record(op, { dy, weight }, dx, {
    keeps: { dy, weight },
    back: (g, { dy, weight }, { wants }) => ({
      dy: wants('dy') ? conv2d(g, weight, options) : undefined,
      weight: wants('weight') ? conv2dWeightBackward(g, dy, { ...options, shape: weight.shape }) : undefined,
    }),
  });
}

/**
 * The gradient of `conv2d` with respect to its weight. A weight's gradient is the sum, over all windows, of the pixel
 * that it multiplies times the window's gradient. Padding is multiplied like pixels, so its product with a non-finite
 * gradient is NaN.
 *
 * @param x f32 or f16, [N, C, H, W]
 * @param dy the gradient of the result of `conv2d`, with the dtype of x, [N, O, OH, OW]
 * @param options the options of `conv2d`
 * @param options.shape the shape of the weight, [O, C, KH, KW]
 * @returns a new tensor with that shape and the dtype of x
 * @throws ShapeError if `conv2d` would not return the shape of dy, and in the cases of `conv2d`
 */
export function conv2dWeightBackward(
  x: Tensor,
  dy: Tensor,
  options: Conv2dOptions & { readonly shape: Shape },
): Tensor {
  const op = 'conv2dWeightBackward';
  checkFactors(op, { x, dy });
  const { shape } = options;
  sizeOf(op, shape);
  const maps = mapsOf(op, x.shape, shape, options, `shape is ${show(shape)}`);
  checkShape(op, 'dy', dy.shape, maps.y, `conv2d of ${show(x.shape)} by ${show(shape)}`);
  const { backend } = x;
  checkImages(op, x, { x: x.shape, dy: dy.shape });
  checkFits(op, 'shape', x, shape);
  const dWeight = x.size > 0 ? backend.empty(shape, x.dtype) : backend.zeros(shape, x.dtype);
  const sumInto = (x: Tensor, dy: Tensor, target: Tensor) => {
    const [images, , height, width] = x.shape as Four;
    const [, outputs, rows, cols] = dy.shape as Four;
    const pixels = rows * cols;
    const product = {
      a: { tensor: dy, along: true, quads: pixels % 4 === 0 },
      b: { tensor: x, along: true, quads: false },
      batches: 1,
      m: outputs,
      n: productOf(shape.slice(1)),
      k: images * 4 * Math.ceil(pixels / 4),
    };
    multiply(op, BY_PIXELS, product, maps, { planes: maps.channels, height, width, grid: [rows, cols] }, target);
  };
  backend.scope(() => {
    const runs = runsOf(x, dy);
    // The sums of several runs are added in f32.
    const sums = runs.length > 1 ? backend.empty([runs.length, dWeight.size], 'f32') : undefined;
    for (const [index, run] of runs.entries()) {
      const target = sums?.view(index * dWeight.size, shape) ?? dWeight;
      sumInto(imagesOf(x, run), imagesOf(dy, run), target);
    }
    if (sums) addInto(op, sums, runs.length, dWeight);
  });
  return record(op, { x, dy }, dWeight, {
    keeps: { x, dy },
    back: (g, { x, dy }, { wants }) => ({
      x: wants('x') ? conv2dInputBackward(dy, g, { ...options, shape: x.shape }) : undefined,
      dy: wants('dy') ? conv2d(x, g, options) : undefined,
    }),
  });
}

type Four = [number, number, number, number];

/** The lengths of a convolution. */
interface Maps {
  readonly windows: Windows2d;
  readonly channels: number;
  /** The shape of the result. */
  readonly y: Shape;
}

function checkFactors(op: string, tensors: Readonly<Record<string, Tensor>>): void {
  checkTensors(op, tensors);
  const [[first, a], [second, b]] = Object.entries(tensors) as [[string, Tensor], [string, Tensor]];
  checkFloat(op, first, a);
  if (b.dtype !== a.dtype) throw new GradfoldError(`${op}: ${second} is ${b.dtype}, expected ${a.dtype} like ${first}`);
}

/** @param weightIs describes the weight's shape in messages */
function mapsOf(op: string, x: Shape, weight: Shape, options: Conv2dOptions, weightIs: string): Maps {
  if (x.length !== 4) throw new ShapeError(`${op}: x is ${show(x)}, expected four axes: [N, C, H, W]`);
  if (weight.length !== 4) throw new ShapeError(`${op}: ${weightIs}, expected four axes: [O, C, KH, KW]`);
  const [images, channels, height, width] = x as Four;
  const [outputs, inputs, ...size] = weight as Four;
  if (inputs !== channels)
    throw new ShapeError(`${op}: ${weightIs}, expected [${outputs}, ${channels}, ${size.join(', ')}] for x ${show(x)}`);
  const { stride = 1, padding = 0 } = options;
  const windows = windows2d(op, { height, width }, { size, stride, padding }, "the weight's window");
  return { windows, channels, y: [images, outputs, ...windows.output] };
}

/** @throws ShapeError if a single image of one of the shapes, with the dtype of `like`, does not fit in a binding */
function checkImages(op: string, like: Tensor, shapes: Readonly<Record<string, Shape>>): void {
  for (const [name, shape] of Object.entries(shapes)) checkFits(op, `an image of ${name}`, like, shape.slice(1));
}

/** Splits the images of two tensors into runs that fit in bindings. */
function runsOf(...tensors: readonly [Tensor, Tensor]): Run[] {
  const atOnce = tensors.map(({ backend, dtype, shape }) => {
    const bytes = bytesOf(dtype) * productOf(shape.slice(1));
    return Math.floor(bindingRoom(backend.runtime.machine) / Math.max(bytes, 1));
  });
  return piecesOf(tensors[0].shape[0] as number, Math.min(...atOnce));
}

/** Calls `work` on runs of images of two tensors that fit in bindings. */
function eachRun(a: Tensor, b: Tensor, work: (a: Tensor, b: Tensor) => void): void {
  a.backend.scope(() => {
    for (const run of runsOf(a, b)) work(imagesOf(a, run), imagesOf(b, run));
  });
}

function imagesOf(x: Tensor, { first, size }: Run): Tensor {
  const [, ...image] = x.shape;
  return x.view(first * productOf(image), [size, ...image]);
}

/** The planes that a convolution gathers from, and the grid of pixels that it gathers for. */
interface Gathered {
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly grid: Pair;
  /** The height and width of a result that is stored by phases. */
  readonly result?: Pair;
}

function multiply(
  op: string,
  kernel: ProductKernel,
  product: Pick<ProductOf, 'a' | 'b' | 'batches' | 'm' | 'n' | 'k'>,
  { windows: { size, stride, padding } }: Maps,
  { grid, result = [0, 0], ...gathered }: Gathered,
  target: Tensor,
): void {
  if (target.size === 0) return;
  const pixels = productOf(grid);
  multiplyInto(
    {
      op,
      ...product,
      kernel,
      constants: {
        TAPS_Y: size[0],
        TAPS_X: size[1],
        STRIDE_Y: stride[0],
        STRIDE_X: stride[1],
        ...(kernel === BY_PIXELS && { WHOLE_QUADS: pixels % 4 === 0 }),
      },
      params: {
        ...gathered,
        grid_width: grid[1],
        pixels,
        pad_y: padding[0],
        pad_x: padding[1],
        result_height: result[0],
        result_width: result[1],
      },
    },
    target,
  );
}
