import * as ops from '../src/index.ts';
import type { Machine } from '../src/plan/machine.ts';
import * as reference from '../src/reference/index.ts';
import { uniform } from './support.ts';

// Compares each op with the reference on rows whose lengths lie near the points where plans change. All values have
// similar magnitudes, so that a skipped vector of four elements is noticed even in the longest row.

export type Shape = readonly [rows: number, cols: number];
type Floats = { readonly shape: number[]; readonly data: Float32Array<ArrayBuffer> };

/** Powers of two, their neighbors, and primes. If a row ends inside a vector, the next row starts inside one. */
export const LENGTHS: readonly number[] = [
  ...Array.from({ length: 18 }, (_, k) => 2 ** (k + 1)).flatMap((power) => [power - 1, power, power + 1]),
  ...[7, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 12289, 16381, 32749, 65537, 131071, 262147],
];

/** Returns the largest error permitted at one element, given its true value and the largest true value. */
type Allowed = (truth: number, largest: number) => number;
const exactly: Allowed = () => 0;
const ofItself: Allowed = (truth) => 4e-6 * Math.abs(truth);
/** For weighted sums whose terms are below 1 and whose weights sum to 1. */
const ofOne: Allowed = () => 1e-6;
const ofTheLargest: Allowed = (_, largest) => 1e-5 * largest;
/** The logarithm of the row length is at most 12.5; the bound is a few ulp of that. */
const ofLogarithms: Allowed = () => 4e-6;

interface Result {
  readonly op: string;
  readonly y: ops.Tensor;
  readonly truth: ArrayLike<number>;
  readonly allowed: Allowed;
}

/** Returns one message per op whose result is wrong for rows of this shape under this machine's plans. */
export async function complaintsOf(backend: ops.Backend, machine: Machine, shape: Shape): Promise<string[]> {
  const read = backend.runtime.withMachine(machine, () =>
    backend.scope(() => ({ read: resultsOf(backend, shape).map((result) => ({ ...result, y: result.y.data() })) })),
  );
  const found = await Promise.all(
    read.read.map(async ({ op, y, truth, allowed }) => {
      const complaint = compare(await y, truth, allowed);
      return complaint === undefined ? [] : [`${op} of [${shape}]: ${complaint}`];
    }),
  );
  return found.flat();
}

function compare(got: ArrayLike<number>, truth: ArrayLike<number>, allowed: Allowed): string | undefined {
  if (got.length !== truth.length) return `${got.length} elements, expected ${truth.length}`;
  let largest = 0;
  for (let i = 0; i < truth.length; i++) largest = Math.max(largest, Math.abs(truth[i] as number));
  for (let i = 0; i < truth.length; i++) {
    const wanted = truth[i] as number;
    if (!(Math.abs((got[i] as number) - wanted) <= allowed(wanted, largest)))
      return `[${i}] is ${got[i]}, expected ${wanted}`;
  }
  return undefined;
}

function resultsOf(backend: ops.Backend, [rows, cols]: Shape): Result[] {
  const given = inputsOf(rows, cols);
  const [x, dy, q, peaks, ones] = [given.x, given.dy, given.q, given.peaks, given.ones].map(({ data, shape }) =>
    backend.tensor(data, shape),
  ) as [ops.Tensor, ops.Tensor, ops.Tensor, ops.Tensor, ops.Tensor];
  const labels = backend.tensor(given.labels.data);
  const none = { reduction: 'none' } as const;
  const hard = ops.crossEntropyWithGradient(x, labels, none);
  const soft = ops.crossEntropyWithGradient(x, q, none);
  const hardTruth = reference.crossEntropyWithGradient(given.x, given.labels, none);
  const softTruth = reference.crossEntropyWithGradient(given.x, given.q, none);
  const { truths } = given;
  const result = (op: string, y: ops.Tensor, truth: ArrayLike<number>, allowed: Allowed) => ({ op, y, truth, allowed });
  return [
    result('softmax', ops.softmax(x), reference.softmax(given.x).data, ofItself),
    result('logSumExp', ops.logSumExp(x), reference.logSumExp(given.x).data, ofLogarithms),
    result(
      'softmaxBackward',
      ops.softmaxBackward(x, dy),
      reference.softmaxBackward(given.x, given.dy).data,
      ofTheLargest,
    ),
    result('crossEntropy', ops.crossEntropy(x, labels, none), hardTruth.loss.data, ofLogarithms),
    result('crossEntropyWithGradient, loss', hard.loss, hardTruth.loss.data, ofLogarithms),
    result('crossEntropyWithGradient, gradient', hard.gradient, hardTruth.gradient.data, ofItself),
    result('crossEntropy of probabilities', ops.crossEntropy(x, q, none), softTruth.loss.data, ofLogarithms),
    result('crossEntropyWithGradient of probabilities, loss', soft.loss, softTruth.loss.data, ofLogarithms),
    result('crossEntropyWithGradient of probabilities', soft.gradient, softTruth.gradient.data, ofTheLargest),
    result('nllLoss of probabilities', ops.nllLoss(x, q, none), reference.nllLoss(given.x, given.q, none).data, ofOne),
    result('sum', ops.sum(ones, { axis: 1 }), truths.sum, exactly),
    result('sum of all', ops.sum(ones), [rows * cols], exactly),
    result('max', ops.max(peaks, { axis: 1 }), truths.max, exactly),
    result('argmax', ops.argmax(peaks), truths.argmax, exactly),
  ];
}

function inputsOf(rows: number, cols: number) {
  const array = (data: Float32Array<ArrayBuffer>): Floats => ({ shape: [rows, cols], data });
  const values = (low: number, seed: number) => uniform(rows * cols, low, 1, seed);
  // The ends of the row and two positions inside it.
  const places = [cols - 1, 0, (cols >> 1) + 1, cols - 2].map((place) => Math.min(Math.max(place, 0), cols - 1));
  const labels = Int32Array.from({ length: rows }, (_, row) => places[row % places.length] as number);
  const peaks = values(-1, 3);
  for (const [row, place] of labels.entries()) peaks[row * cols + place] = 2;
  return {
    x: array(values(-1, 1)),
    dy: array(values(0, 2)),
    q: array(Float32Array.from(reference.softmax(array(values(-1, 4))).data)),
    peaks: array(peaks),
    ones: array(new Float32Array(rows * cols).fill(1)),
    labels: { shape: [rows], data: labels },
    truths: { sum: new Array(rows).fill(cols), max: new Array(rows).fill(2), argmax: Array.from(labels) },
  };
}
