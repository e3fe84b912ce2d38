/** Rows of numbers, all of one length. */
export type Matrix = readonly (readonly number[])[];
/** The two networks of the worked example. */
export const NETWORKS = ['A', 'B'] as const;
export type Network = (typeof NETWORKS)[number];

/** What is to be computed: all that can be set on the page. */
export interface Asked {
  /** Of each network, a row of logits for each input. */
  readonly logits: Readonly<Record<Network, Matrix>>;
  readonly targets: 'one-hot' | 'soft';
  /** The wanted class of each input. */
  readonly labels: readonly number[];
  /** How much of each class is wanted of each input, up to a factor: for soft targets. */
  readonly weights: Matrix;
  readonly temperature: number;
  readonly smoothing: number;
  readonly dtype: 'f32' | 'f16';
}

/** Which logits, or which of their entries. */
export interface Place {
  readonly network: Network;
  readonly input: number;
  readonly cls: number;
}

/** A class that is added is hardly likely at first. */
const NEW_LOGIT = -2;
/** Weights, of which at least one has to be above 0. */
const LEAST_WEIGHT = 0.01;

/** Soft targets that lean to a label. */
export function leaningTo(label: number, classes: number): number[] {
  return Array.from({ length: classes }, (_, cls) => (cls === label ? 0.8 : 0.2));
}

export function classesOf({ weights }: Asked): number {
  return (weights[0] as readonly number[]).length;
}

/** The logits with one of them replaced. */
export function withLogit(asked: Asked, { network, input, cls }: Place, logit: number): Asked {
  const rows = asked.logits[network];
  return { ...asked, logits: { ...asked.logits, [network]: rows.with(input, rowOf(rows, input).with(cls, logit)) } };
}

/** Another class wanted of an input. Soft targets lean to it from then on. */
export function withLabel(asked: Asked, { input, cls }: Place): Asked {
  const weights = asked.weights.with(input, leaningTo(cls, classesOf(asked)));
  return { ...asked, labels: asked.labels.with(input, cls), weights };
}

/** A class wanted more or less. The last that is wanted at all stays so: nothing else would be left to share. */
export function withWeight(asked: Asked, { input, cls }: Place, weight: number): Asked {
  const row = rowOf(asked.weights, input).with(cls, weight);
  const kept = row.some((one) => one > 0) ? row : row.with(cls, LEAST_WEIGHT);
  return { ...asked, weights: asked.weights.with(input, kept) };
}

/** More classes, or fewer: the last ones go. */
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
