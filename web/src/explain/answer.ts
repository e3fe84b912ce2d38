import * as ops from 'gradfold';
import * as judge from 'gradfold/reference';
import { type Asked, classesOf, NETWORKS, type Network, type Place } from './asked.ts';
import { type Calculator, type ClassFigure, type Figure, type InputFigure, type Study, study } from './study.ts';

type Numbers = ArrayLike<number>;

/** What came out, with what was asked. */
export interface Answer {
  readonly asked: Asked;
  readonly studies: Readonly<Record<Network, Study<Numbers>>>;
  /** The most that a number of it differs from float64; undefined where it is float64 itself. */
  readonly error: number | undefined;
}

/** The answer by the kernels, in the dtype asked for. */
export async function answerOf(backend: ops.Backend, asked: Asked): Promise<Answer> {
  const on = kernelsOf(backend, asked.dtype);
  const reads = backend.scope(() => forNetworks((network) => mapStudy(study(on, asked, network), (x) => x.data())));
  const [A, B] = await Promise.all([arrived(reads.A), arrived(reads.B)]);
  const studies = { A, B };
  const exact = judged(asked);
  const error = Math.max(...NETWORKS.map((network) => largestDifference(studies[network], exact[network])));
  return { asked, studies, error };
}

/** The answer by the judge, on the processor. */
export function judgedAnswer(asked: Asked): Answer {
  return { asked, studies: judged(asked), error: undefined };
}

/** A number of one class; undefined for a class that the answer knows nothing of yet. */
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

const JUDGE: Calculator<judge.NdArray> = {
  rows: (values) => ({ shape: [values.length, values[0]?.length ?? 0], data: Float64Array.from(values.flat()) }),
  scalar: (value) => ({ shape: [], data: Float64Array.of(value) }),
  labels: (values) => ({ shape: [values.length], data: Int32Array.from(values) }),
  add: judge.add,
  subtract: judge.subtract,
  multiply: judge.multiply,
  divide: judge.divide,
  maximum: judge.maximum,
  negate: judge.negate,
  sum: judge.sum,
  mean: judge.mean,
  max: judge.max,
  softmax: judge.softmax,
  logSoftmax: judge.logSoftmax,
  hardmax: judge.hardmax,
  crossEntropyWithGradient: judge.crossEntropyWithGradient,
  meanSquaredError: judge.meanSquaredError,
  classificationError: judge.classificationError,
};

function judged(asked: Asked): Answer['studies'] {
  return forNetworks((network) => mapStudy(study(JUDGE, asked, network), ({ data }) => Array.from(data, Number)));
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
