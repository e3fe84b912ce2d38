import * as ops from 'gradfold';
import * as reference from 'gradfold/reference';
import { type Asked, classesOf, NETWORKS, type Network, type Place } from './asked.ts';
import { type Calculator, type ClassFigure, type Figure, type InputFigure, type Study, study } from './study.ts';

type Numbers = ArrayLike<number>;

/** The results, with the request. */
export interface Answer {
  readonly asked: Asked;
  readonly studies: Readonly<Record<Network, Study<Numbers>>>;
  /** The largest difference from float64; undefined if the results are the reference's own. */
  readonly error: number | undefined;
}

/** The answer by the kernels, in the requested dtype. */
export async function answerOf(backend: ops.Backend, asked: Asked): Promise<Answer> {
  const on = kernelsOf(backend, asked.dtype);
  const reads = backend.scope(() => forNetworks((network) => mapStudy(study(on, asked, network), (x) => x.data())));
  const [A, B] = await Promise.all([arrived(reads.A), arrived(reads.B)]);
  const studies = { A, B };
  const exact = referenceStudies(asked);
  const error = Math.max(...NETWORKS.map((network) => largestDifference(studies[network], exact[network])));
  return { asked, studies, error };
}

/** The answer by the reference, on the processor. */
export function referenceAnswer(asked: Asked): Answer {
  return { asked, studies: referenceStudies(asked), error: undefined };
}

/** A figure of one class; undefined for a class that the answer does not have yet. */
export function classFigure({ asked, studies }: Answer, figure: ClassFigure, { network, input, cls }: Place) {
  const classes = classesOf(asked);
  return cls < classes ? studies[network][figure][input * classes + cls] : undefined;
}

export function inputFigure({ studies }: Answer, figure: InputFigure, { network, input }: Omit<Place, 'cls'>) {
  return studies[network][figure][input];
}

function kernelsOf(backend: ops.Backend, dtype: Asked['dtype']): Calculator<ops.Tensor> {
  return {
    rows: (values) => backend.tensor(values, undefined, dtype),
    scalar: (value) => backend.tensor(value, [], dtype),
    labels: (values) => backend.tensor(Int32Array.from(values)),
    add: ops.add,
    subtract: ops.subtract,
    multiply: ops.multiply,
    divide: ops.divide,
    maximum: ops.maximum,
    negate: ops.negate,
    sum: ops.sum,
    mean: ops.mean,
    max: ops.max,
    softmax: ops.softmax,
    logSoftmax: ops.logSoftmax,
    hardmax: ops.hardmax,
    crossEntropyWithGradient: ops.crossEntropyWithGradient,
    meanSquaredError: ops.meanSquaredError,
    classificationError: ops.classificationError,
  };
}

const REFERENCE: Calculator<reference.NdArray> = {
  rows: (values) => ({ shape: [values.length, values[0]?.length ?? 0], data: Float64Array.from(values.flat()) }),
  scalar: (value) => ({ shape: [], data: Float64Array.of(value) }),
  labels: (values) => ({ shape: [values.length], data: Int32Array.from(values) }),
  add: reference.add,
  subtract: reference.subtract,
  multiply: reference.multiply,
  divide: reference.divide,
  maximum: reference.maximum,
  negate: reference.negate,
  sum: reference.sum,
  mean: reference.mean,
  max: reference.max,
  softmax: reference.softmax,
  logSoftmax: reference.logSoftmax,
  hardmax: reference.hardmax,
  crossEntropyWithGradient: reference.crossEntropyWithGradient,
  meanSquaredError: reference.meanSquaredError,
  classificationError: reference.classificationError,
};

function referenceStudies(asked: Asked): Answer['studies'] {
  return forNetworks((network) => mapStudy(study(REFERENCE, asked, network), ({ data }) => Array.from(data, Number)));
}

function largestDifference(ours: Study<Numbers>, theirs: Study<Numbers>): number {
  const differences = (Object.keys(ours) as Figure[]).flatMap((figure) =>
    Array.from(ours[figure], (value, at) => Math.abs(value - (theirs[figure][at] as number))),
  );
  return Math.max(...differences);
}

function forNetworks<T>(of: (network: Network) => T): Record<Network, T> {
  return { A: of('A'), B: of('B') };
}

function mapStudy<X, Y>(from: Study<X>, of: (x: X) => Y): Study<Y> {
  return Object.fromEntries(Object.entries(from).map(([figure, x]) => [figure, of(x)])) as Record<Figure, Y>;
}

async function arrived<X>(reads: Study<Promise<X>>): Promise<Study<X>> {
  const entries = await Promise.all(Object.entries(reads).map(async ([figure, read]) => [figure, await read] as const));
  return Object.fromEntries(entries) as Record<Figure, X>;
}
