/** Rows of numbers, all of the same length. */
export type Matrix = readonly (readonly number[])[];
/** The two networks of the worked example. */
export const NETWORKS = ['A', 'B'] as const;
export type Network = (typeof NETWORKS)[number];

/** All settings of the page. */
export interface Asked {
  /** For each network, one row of logits per input. */
  readonly logits: Readonly<Record<Network, Matrix>>;
  readonly targets: 'one-hot' | 'soft';
  /** The target class of each input. */
  readonly labels: readonly number[];
  /** For soft targets: the weight of each class for each input, before normalization. */
  readonly weights: Matrix;
  readonly temperature: number;
  readonly smoothing: number;
  readonly dtype: 'f32' | 'f16';
}

/** The place of one logit. */
export interface Place {
  readonly network: Network;
  readonly input: number;
  readonly cls: number;
}

/** The logit of a new class, which makes it unlikely at first. */
const NEW_LOGIT = -2;
/** The least weight that is kept when all weights of an input would be 0. */
const LEAST_WEIGHT = 0.01;

/** Soft targets that favor a label. */
export function leaningTo(label: number, classes: number): number[] {
  return Array.from({ length: classes }, (_, cls) => (cls === label ? 0.8 : 0.2));
}

export function classesOf({ weights }: Asked): number {
  return (weights[0] as readonly number[]).length;
}

/** Replaces one logit. */
export function withLogit(asked: Asked, { network, input, cls }: Place, logit: number): Asked {
  const rows = asked.logits[network];
  return { ...asked, logits: { ...asked.logits, [network]: rows.with(input, rowOf(rows, input).with(cls, logit)) } };
}

/** Sets the target class of an input. Soft targets then favor it. */
export function withLabel(asked: Asked, { input, cls }: Place): Asked {
  const weights = asked.weights.with(input, leaningTo(cls, classesOf(asked)));
  return { ...asked, labels: asked.labels.with(input, cls), weights };
}

/** Sets the weight of a class. The last positive weight of an input stays positive, because weights are normalized. */
export function withWeight(asked: Asked, { input, cls }: Place, weight: number): Asked {
  const row = rowOf(asked.weights, input).with(cls, weight);
  const kept = row.some((one) => one > 0) ? row : row.with(cls, LEAST_WEIGHT);
  return { ...asked, weights: asked.weights.with(input, kept) };
}

/** Changes the number of classes. Fewer classes remove the last ones. */
export function withClasses(asked: Asked, classes: number): Asked {
  const resized = (rows: Matrix) =>
    rows.map((row) => Array.from({ length: classes }, (_, cls) => row[cls] ?? NEW_LOGIT));
  const labels = asked.labels.map((label) => Math.min(label, classes - 1));
  const weights = labels.map((label) => leaningTo(label, classes));
  const { A, B } = asked.logits;
  return { ...asked, logits: { A: resized(A), B: resized(B) }, labels, weights };
}

function rowOf(rows: Matrix, at: number): readonly number[] {
  return rows[at] as readonly number[];
}
