import { round, sumOf } from './arithmetic.ts';
import { type Float64NdArray, type NdArray, shapeText, sizeOf, valuesOf } from './nd_array.ts';

export interface Conv2dOptions {
  /** @default 1 */
  stride?: number | readonly [height: number, width: number];
  /** Zeros added on each side. @default 0 */
  padding?: number | readonly [height: number, width: number];
}

type Lengths = [number, number, number, number];

/**
 * y[n, o, i, j] = Σ_{c,h,w} weight[o, c, h, w]·x[n, c, i·stride + h - padding, j·stride + w - padding]; x is 0 outside.
 *
 * @param x [N, C, H, W]
 * @param weight [O, C, KH, KW]
 * @returns [N, O, OH, OW]
 */
export function conv2d(x: NdArray, weight: NdArray, options: Conv2dOptions = {}): Float64NdArray {
  const op = 'conv2d';
  const shape = shapeOf(op, x.shape, weight.shape, options);
  const pixels = valuesOf(op, 'x', x);
  const weights = valuesOf(op, 'weight', weight);
  return collect(shape, (add) =>
    eachProduct(x.shape, weight.shape, shape, options, (y, at, tap) => add(y, weights[tap]!, pixels[at]!)),
  );
}

/** The gradient with respect to x, in shape `options.shape`. @param dy [N, O, OH, OW] @param weight [O, C, KH, KW] */
export function conv2dInputBackward(
  dy: NdArray,
  weight: NdArray,
  options: Conv2dOptions & { shape: readonly number[] },
): Float64NdArray {
  const op = 'conv2dInputBackward';
  const gradients = valuesOf(op, 'dy', dy);
  const weights = valuesOf(op, 'weight', weight);
  return collect(options.shape, (add) =>
    eachProduct(options.shape, weight.shape, dy.shape, options, (y, at, tap) => add(at, weights[tap]!, gradients[y]!)),
  );
}

/** The gradient with respect to the weight, in shape `options.shape`. @param x [N, C, H, W] @param dy [N, O, OH, OW] */
export function conv2dWeightBackward(
  x: NdArray,
  dy: NdArray,
  options: Conv2dOptions & { shape: readonly number[] },
): Float64NdArray {
  const op = 'conv2dWeightBackward';
  const pixels = valuesOf(op, 'x', x);
  const gradients = valuesOf(op, 'dy', dy);
  return collect(options.shape, (add) =>
    eachProduct(x.shape, options.shape, dy.shape, options, (y, at, tap) => add(tap, gradients[y]!, pixels[at]!)),
  );
}

function shapeOf(op: string, x: readonly number[], weight: readonly number[], options: Conv2dOptions): Lengths {
  const [images, channels, ...plane] = x as Lengths;
  const [outputs, inputs, ...size] = weight as Lengths;
  if (x.length !== 4 || weight.length !== 4 || channels !== inputs)
    throw new Error(`${op}: ${shapeText(x)} by ${shapeText(weight)}, expected [N, C, H, W] by [O, C, KH, KW]`);
  const [stride, padding] = pairsOf(options);
  const along = (axis: 0 | 1) => Math.floor((plane[axis] + 2 * padding[axis] - size[axis]) / stride[axis]) + 1;
  return [images, outputs, along(0), along(1)];
}

function pairsOf({ stride = 1, padding = 0 }: Conv2dOptions) {
  const pair = (value: number | readonly [number, number]) =>
    typeof value === 'number' ? ([value, value] as const) : value;
  return [pair(stride), pair(padding)] as const;
}

/** Calls `see` with the elements of y, x and the weight of each product in a convolution. */
function eachProduct(
  x: readonly number[],
  weight: readonly number[],
  y: readonly number[],
  options: Conv2dOptions,
  see: (y: number, x: number, weight: number) => void,
): void {
  const [, channels, height, width] = x as Lengths;
  const [, , tall, wide] = weight as Lengths;
  const [images, outputs, rows, cols] = y as Lengths;
  const [stride, padding] = pairsOf(options);
  for (let n = 0, at = 0; n < images; n++)
    for (let o = 0; o < outputs; o++)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < cols; j++, at++)
          for (let c = 0; c < channels; c++)
            for (let h = 0; h < tall; h++)
              for (let w = 0; w < wide; w++) {
                const top = i * stride[0] + h - padding[0];
                const left = j * stride[1] + w - padding[1];
                if (top < 0 || top >= height || left < 0 || left >= width) continue;
                see(at, ((n * channels + c) * height + top) * width + left, ((o * channels + c) * tall + h) * wide + w);
              }
}

/** Returns the sums of the products that `tell` adds, each to one element of the result. */
function collect(
  shape: readonly number[],
  tell: (add: (place: number, a: number, b: number) => void) => void,
): Float64NdArray {
  const size = sizeOf(shape);
  const counts = new Uint32Array(size + 1);
  tell((place) => counts[place + 1]!++);
  for (let place = 0; place < size; place++) counts[place + 1]! += counts[place]!;
  const next = counts.slice();
  const products = new Float64Array(counts[size]!);
  tell((place, a, b) => {
    products[next[place]!++] = round(a * b);
  });
  return {
    shape: [...shape],
    data: Float64Array.from({ length: size }, (_, place) => sumOf(products.subarray(counts[place], counts[place + 1]))),
  };
}
