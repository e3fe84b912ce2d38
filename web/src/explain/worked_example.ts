// Two networks, three inputs, two classes, as in examples/worked_example.mjs: the initial state of the page.

import { type Asked, leaningTo, type Matrix, type Network } from './asked.ts';

const LABELS = [0, 1, 0];
const PROBABILITIES: Readonly<Record<Network, Matrix>> = {
  A: [
    [0.9, 0.1],
    [0.1, 0.9],
    [0.4, 0.6],
  ],
  B: [
    [0.6, 0.4],
    [0.3, 0.7],
    [0.1, 0.9],
  ],
};

/** The example specifies probabilities. Their logarithms are logits whose softmax is these probabilities. */
const logitsOf = (rows: Matrix): Matrix => rows.map((row) => row.map(Math.log));

export const WORKED_EXAMPLE: Asked = {
  logits: { A: logitsOf(PROBABILITIES.A), B: logitsOf(PROBABILITIES.B) },
  targets: 'one-hot',
  labels: LABELS,
  weights: LABELS.map((label) => leaningTo(label, 2)),
  temperature: 1,
  smoothing: 0,
  dtype: 'f32',
};
