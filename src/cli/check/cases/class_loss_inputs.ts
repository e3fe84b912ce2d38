import * as reference from '../../../reference/index.ts';
import { type Case, type HostTensor, once } from '../case.ts';
import { distributions, type Floats, floats, integers, labels, normal, randomFor, uniform } from '../data.ts';
import { NARROW_PLANS, OWN_PLAN, QUICK_PLANS } from '../plans.ts';
import {
  crossEntropyCases,
  crossEntropyOfProbabilitiesCase,
  type LossInput,
  nllLossCases,
  withGradient,
} from './class_losses.ts';
import { type RowInput, SPECIAL_COLS, SPECIAL_ROWS, specialRows } from './row_inputs.ts';

const ROWS = 7;
const CLASSES = 61;
const IGNORED = -100;

const logits = once(() => normal('logits', [ROWS, CLASSES], 0, 4));
const logProbabilities = once(() => stored(reference.logSoftmax(logits())));
const probabilities = once(() => stored(reference.softmax(logits())));
const soft = once(() => distributions('soft targets', [ROWS, CLASSES]));
const hard = once(() => labels('labels', [ROWS], CLASSES));
const someIgnored = once(() => labels('labels', [ROWS], CLASSES, IGNORED));
const weight = uniform('class weights', [CLASSES], 0.1, 3);

function stored({ shape, data }: { shape: readonly number[]; data: Float64Array }): Floats {
  return floats(shape, (i) => data[i] as number);
}

/** Every combination of the options, and both kinds of targets. */
function combinations(): Omit<LossInput, 'x'>[] {
  const list: Omit<LossInput, 'x'>[] = [];
  for (const reduction of ['mean', 'sum', 'none'] as const)
    for (const weighted of [false, true])
      for (const labelSmoothing of [0, 0.1])
        for (const kind of ['labels', 'some ignored', 'probabilities'] as const) {
          const targets = { labels: hard, 'some ignored': someIgnored, probabilities: soft }[kind];
          const words = [reduction, kind, weighted && 'weighted', labelSmoothing > 0 && `smoothing ${labelSmoothing}`];
          list.push({
            name: `${ROWS} × ${CLASSES} ${words.filter(Boolean).join(', ')}`,
            targets,
            options: { reduction, labelSmoothing, ...(kind === 'labels' && { ignoreIndex: -7 }) },
            ...(weighted && { weight }),
          });
        }
  return list;
}

/** The same losses with a gradient that comes back to them. */
function withUpstream(input: LossInput, index: number): LossInput {
  const none = input.options.reduction === 'none';
  return {
    ...input,
    name: `${input.name}, upstream`,
    upstream: none ? normal(`upstream ${index}`, [ROWS]) : { shape: [], data: Float32Array.of(-1.7) },
  };
}

function combinationCases(): Case[] {
  return combinations().flatMap((combination, index) => {
    const quick = index % 5 === 0;
    const input: LossInput = { ...combination, x: logits, quick, plans: OWN_PLAN };
    const up = withUpstream({ ...input, quick: false }, index);
    return [
      ...crossEntropyCases(input),
      ...crossEntropyCases(up).filter(({ op }) => op === 'crossEntropyBackward'),
      withGradient({ ...input, quick: false }, true),
      ...nllLossCases({ ...input, x: logProbabilities }),
      ...nllLossCases({ ...up, x: logProbabilities }).filter(({ op }) => op === 'nllLossBackward'),
      crossEntropyOfProbabilitiesCase({ ...input, x: probabilities }),
    ];
  });
}

/** Hard labels over rows of every shape and kind. */
function shapeCases(inputs: readonly RowInput[]): Case[] {
  return inputs.flatMap(({ name, shape: [rows, cols], quick, plans, x }) => {
    const options = { reduction: 'none' } as const;
    const targets = once(() => labels(`${name} labels`, [rows], cols));
    const input: LossInput = { name, quick, plans, x, targets, options };
    // What a log-softmax leaves is at most 0; with offsets and spikes that is no other case.
    if (/offset|spike|ascending/.test(name)) return crossEntropyCases(input);
    const logP = once(() => stored(reference.logSoftmax(x())));
    return [...crossEntropyCases(input), ...nllLossCases({ ...input, x: logP })];
  });
}

/** Probabilities, and labels that are smoothed. */
function softCases(inputs: readonly RowInput[]): Case[] {
  const chosen = inputs.filter(
    ({ name }) => /^(5 × 257|3 × 4096|ascending 2 × 50257)$/.test(name) || name.startsWith('planned'),
  );
  return chosen.flatMap(({ name, shape: [rows, cols], plans, quick, x }) => {
    const targets = once(() => distributions(`soft targets ${name}`, [rows, cols]));
    const input: LossInput = {
      name: `${name} probabilities`,
      quick: quick !== false,
      plans,
      x,
      targets,
      options: { reduction: 'sum', labelSmoothing: 0.1 },
    };
    const p = once(() => stored(reference.softmax(x())));
    return [...crossEntropyCases(input), crossEntropyOfProbabilitiesCase({ ...input, x: p })];
  });
}

/** Rows so sure of their label that 1 - p is nothing in f32: losses from 1 down to 1e-30. */
function confidentCases(): Case[] {
  const rows = 70;
  const cols = 33;
  const at = once(() => labels('confident labels', [rows], cols));
  const x = (offset: number, step: number) =>
    once(() => {
      const random = randomFor('confident');
      return floats([rows, cols], (i) => {
        const row = Math.floor(i / cols);
        const lead = i % cols === at().data[row] ? row : 0;
        return offset + step * Math.round((lead + random.uniform(-1, 1)) / step);
      });
    });
  const offsets = [
    [0, 2 ** -20],
    [1e4, 2 ** -9],
    [1e8, 8],
  ] as const;
  return offsets.flatMap(([offset, step]) =>
    crossEntropyCases({
      name: `confident rows, offset ${offset}`,
      quick: offset !== 1e4,
      plans: NARROW_PLANS,
      x: x(offset, step),
      targets: at,
      options: { reduction: 'none' },
    }),
  );
}

/** Labels at the first, the special and the last column of every special row; then all rows ignored, and soft ones. */
function specialCases(): Case[] {
  const rows = 2 * SPECIAL_ROWS.length;
  const base = { quick: true, plans: NARROW_PLANS, x: specialRows };
  const at = (column: number) => () => integers([rows], (row) => (row < SPECIAL_ROWS.length ? column : 11));
  const labelled = [0, 5, SPECIAL_COLS - 1].map(
    (column, i): LossInput => ({
      ...base,
      name: `special values, label ${column}`,
      targets: once(at(column)),
      options: { reduction: 'none', labelSmoothing: i === 2 ? 0.25 : 0 },
      quick: i === 0 && QUICK_PLANS,
    }),
  );
  const ignored: LossInput = {
    ...base,
    name: 'special values, all but the usual row ignored',
    targets: once(() => integers([rows], (row) => (row % SPECIAL_ROWS.length === 0 ? 3 : IGNORED))),
    options: {},
  };
  const nothing: LossInput = {
    ...base,
    plans: OWN_PLAN,
    name: 'special values, all ignored',
    targets: once(() => integers([rows], () => 4)),
    options: { ignoreIndex: 4 },
  };
  const zero: LossInput = {
    ...nothing,
    name: `${nothing.name}, empty 'zero'`,
    options: { ignoreIndex: 4, emptyReduction: 'zero' },
  };
  const halves: LossInput = {
    ...base,
    name: 'special values, probabilities',
    targets: once(halfAndHalf),
    options: { reduction: 'none' },
  };
  return [...labelled, ignored, nothing, zero, halves].flatMap((input) => [
    ...crossEntropyCases(input),
    ...nllLossCases({ ...input, plans: OWN_PLAN }),
  ]);
}

/** Half on column 1, half on column 2: 0 elsewhere, also where logits are -inf or NaN. */
function halfAndHalf(): HostTensor {
  return floats([2 * SPECIAL_ROWS.length, SPECIAL_COLS], (i) => ([1, 2].includes(i % SPECIAL_COLS) ? 0.5 : 0));
}

/** The losses over classes. */
export function classLossCases(inputs: readonly RowInput[]): Case[] {
  return [...shapeCases(inputs), ...combinationCases(), ...softCases(inputs), ...confidentCases(), ...specialCases()];
}
