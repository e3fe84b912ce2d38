import { type Floats, floats, type Integers, uniform } from '../suite/data.ts';
import { COLS, ROWS, TABLE } from '../suite/gradient.ts';
import type { Right } from '../suite/spec.ts';
import { AXES } from './row_calls.ts';

const LOSS_WORDS = {
  axis: AXES,
  reduction: ['average', 1, null],
  emptyReduction: ['one', 0],
  labelSmoothing: [-0.1, 1.1, Number.NaN, '0'],
  ignoreIndex: [0.5, Number.NaN, '1'],
};

const CALL = { x: floats([2, 3], (i) => i + 1), targets: { shape: [2], data: Int32Array.of(2, 0) } };
export const TARGETS_RIGHT: Right = { inputs: CALL, integers: ['targets'], labels: 'targets', wrong: { axis: AXES } };
export const LOSS_RIGHT: Right = {
  ...TARGETS_RIGHT,
  inputs: { ...CALL, weight: floats([3], (i) => i + 1) },
  wrong: LOSS_WORDS,
};
export const UPSTREAM_RIGHT: Right = { ...LOSS_RIGHT, inputs: { ...LOSS_RIGHT.inputs, upstream: floats([], () => 2) } };

/** Targets of a table of values. */
export const LABELS: Integers = { shape: [ROWS], data: Int32Array.of(3, 0, 5, 2) };
export const PROBABILITIES: Floats = uniform('probabilities', [ROWS, COLS], 0.05, 0.3);
/** Values where a logarithm is smooth. */
export const POSITIVE_TABLE = { ...TABLE, low: 0.1, high: 1 };
