import { type Asked, classesOf, type Matrix, type Network } from './asked.ts';

interface Rows {
  readonly axis?: number;
  readonly keepDims?: boolean;
}

/**
 * The ops that the calculation needs on arrays X. The kernels and the reference have the same ops under the same names, so
 * the calculation is written once for both.
 */
export interface Calculator<X> {
  readonly rows: (values: Matrix) => X;
  readonly scalar: (value: number) => X;
  readonly labels: (values: readonly number[]) => X;
  readonly add: (a: X, b: X) => X;
  readonly subtract: (a: X, b: X) => X;
  readonly multiply: (a: X, b: X) => X;
  readonly divide: (a: X, b: X) => X;
  readonly maximum: (a: X, b: X) => X;
  readonly negate: (x: X) => X;
  readonly sum: (x: X, options: Rows) => X;
  readonly mean: (x: X, options: Rows) => X;
  readonly max: (x: X, options: Rows) => X;
  readonly softmax: (x: X) => X;
  readonly logSoftmax: (x: X) => X;
  readonly hardmax: (x: X) => X;
  readonly crossEntropyWithGradient: (
    logits: X,
    targets: X,
    options: { readonly reduction: 'none'; readonly labelSmoothing: number },
  ) => { readonly loss: X; readonly gradient: X };
  readonly meanSquaredError: (prediction: X, target: X, options: { readonly reduction: 'none' }) => X;
  readonly classificationError: (scores: X, targets: X) => X;
}

/** Figures of each class of each input. */
export type ClassFigure = 'softmax' | 'hardmax' | 'target' | 'term' | 'gradient';
/** Figures of each input: its loss, the sums over its classes, and the largest difference between softmax and hardmax. */
export type InputFigure = 'loss' | 'softmaxSum' | 'hardmaxSum' | 'targetSum' | 'gradientSum' | 'apart';
/** Figures over all inputs. */
export type NetworkFigure = 'crossEntropy' | 'squaredError' | 'classificationError';
export type Figure = ClassFigure | InputFigure | NetworkFigure;

/** All figures of one network, of shape `[inputs, classes]`, `[inputs]` or `[]`. */
export type Study<X> = Readonly<Record<Figure, X>>;

const EACH = { reduction: 'none' } as const;
const OF_ROWS = { axis: 1 };

/** The page's whole calculation, for one network. */
export function study<X>(on: Calculator<X>, asked: Asked, network: Network): Study<X> {
  const { smoothing: labelSmoothing } = asked;
  const temperature = on.scalar(asked.temperature);
  const logits = on.divide(on.rows(asked.logits[network]), temperature);
  const wanted = wantedOf(on, asked);
  const target = on.add(
    on.multiply(wanted, on.scalar(1 - labelSmoothing)),
    on.scalar(labelSmoothing / classesOf(asked)),
  );
  const labels = asked.targets === 'soft' ? wanted : on.labels(asked.labels);
  const softmax = on.softmax(logits);
  const hardmax = on.hardmax(logits);
  const { loss, gradient: scaled } = on.crossEntropyWithGradient(logits, labels, { ...EACH, labelSmoothing });
  const gradient = on.divide(scaled, temperature);
  const difference = on.subtract(softmax, hardmax);
  return {
    softmax,
    hardmax,
    target,
    term: on.multiply(target, on.negate(on.logSoftmax(logits))),
    gradient,
    loss,
    softmaxSum: on.sum(softmax, OF_ROWS),
    hardmaxSum: on.sum(hardmax, OF_ROWS),
    targetSum: on.sum(target, OF_ROWS),
    gradientSum: on.sum(gradient, OF_ROWS),
    apart: on.max(on.maximum(difference, on.negate(difference)), OF_ROWS),
    crossEntropy: on.mean(loss, {}),
    // Summed over the classes and averaged over the inputs, as in the example.
    squaredError: on.mean(on.sum(on.meanSquaredError(softmax, target, EACH), OF_ROWS), {}),
    classificationError: on.classificationError(logits, labels),
  };
}

/** The targets before smoothing, as probabilities. */
function wantedOf<X>(on: Calculator<X>, { targets, labels, weights }: Asked): X {
  const rows = on.rows(targets === 'soft' ? weights : weights.map((row, at) => row.map((_, c) => +(c === labels[at]))));
  return targets === 'soft' ? on.divide(rows, on.sum(rows, { ...OF_ROWS, keepDims: true })) : rows;
}
