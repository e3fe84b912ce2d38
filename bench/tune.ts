import type { Backend, Tensor } from '../src/index.ts';
import { crossEntropyWithGradient, softmax, softmaxBackward } from '../src/index.ts';
import type { Machine } from '../src/plan/machine.ts';
import { PROFILE_VERSION, type Profile, type RowChoice, type RowEntry } from '../src/plan/profiles.ts';
import { builtInChoice, otherChoices, withChoice } from './choices.ts';
import type { Clock } from './clock.ts';
import { deviates, labels } from './inputs.ts';
import { type Contender, measure, type Spread, spreadOf } from './measure.ts';

/** Columns of the rows that are measured: a choice holds up to its own, and the last for all that are longer. */
const COLUMNS = [16, 64, 256, 1024, 4096, 16384, 65536, 262144] as const;
/** Elements of a tensor that is measured: several times what a cache holds. */
const ELEMENTS = { gpu: 2 ** 26, cpu: 2 ** 22 };
/** Rounds in which all candidates run, and in which the best of them meet what is built in. */
const SCOUTING = 3;
const FINALISTS = 3;

/** What tuning found for rows of so many columns. */
export interface Tuned {
  readonly cols: number;
  readonly builtIn: RowChoice;
  readonly best: RowChoice;
  /** Time by that of the built-in choice, over all ops, in pairs of one round; 1 where that is kept. */
  readonly ratio: Spread;
}

export interface TuneOptions {
  readonly clock: Clock;
  readonly rounds: number;
  /** What a batch should last, in ms. */
  readonly batch: number;
  readonly columns?: readonly number[];
  /** Of a tensor. @default several times what a cache holds */
  readonly elements?: number;
  readonly onColumns?: (done: number, all: number) => void;
}

/**
 * Measures what plans choose for rows, beside all else that this adapter could do. Another choice is taken only where it
 * was faster than the built-in one in four of five rounds, and by more than the built-in one was beside itself.
 */
export async function tune(backend: Backend, options: TuneOptions): Promise<{ profile: Profile; tuned: Tuned[] }> {
  const { columns = COLUMNS } = options;
  const own = backend.runtime.machine;
  const tuned: Tuned[] = [];
  try {
    for (const [done, cols] of columns.entries()) {
      options.onColumns?.(done, columns.length);
      tuned.push(await tuneColumns(backend, own, cols, options));
    }
  } finally {
    backend.runtime.machine = own;
  }
  const { vendor, architecture, description } = backend.info;
  const rows: RowEntry[] = tuned.map(({ cols, best }) => ({ cols, ...best }));
  return { profile: { version: PROFILE_VERSION, adapter: { vendor, architecture, description }, rows }, tuned };
}

async function tuneColumns(backend: Backend, own: Machine, cols: number, options: TuneOptions): Promise<Tuned> {
  const rows = Math.max(1, Math.floor((options.elements ?? ELEMENTS[own.kind]) / cols));
  const builtIn = builtInChoice(own, cols);
  const others = otherChoices(own, cols);
  const tensors = {
    x: backend.tensor(deviates('x', rows * cols, 0, 3), [rows, cols]),
    labels: backend.tensor(labels('labels', rows, cols), [rows]),
  };
  const ops = [
    () => [softmax(tensors.x)],
    () => [softmaxBackward(tensors.x, tensors.x)],
    () => Object.values(crossEntropyWithGradient(tensors.x, tensors.labels)),
  ];
  try {
    const scouted = await race(backend, own, ops, [builtIn, ...others], { ...options, rounds: SCOUTING });
    const finalists = others
      .map((choice, i) => ({ choice, ratio: scouted[i + 1] as Spread }))
      .sort((a, b) => a.ratio.median - b.ratio.median)
      .slice(0, FINALISTS)
      .map(({ choice }) => choice);
    const [, control, ...ratios] = await race(backend, own, ops, [builtIn, builtIn, ...finalists], options);
    const noise = Math.min(1, (control as Spread).p20);
    let kept: Tuned = { cols, builtIn, best: builtIn, ratio: { median: 1, p20: 1, p80: 1 } };
    for (const [i, best] of finalists.entries()) {
      const ratio = ratios[i] as Spread;
      if (ratio.p80 < 1 && ratio.median < noise && ratio.median < kept.ratio.median)
        kept = { cols, builtIn, best, ratio };
    }
    return kept;
  } finally {
    for (const tensor of Object.values(tensors)) tensor.dispose();
  }
}

/** Of each choice, its time by that of the first, as the geometric mean over the ops, a ratio a round. */
async function race(
  backend: Backend,
  own: Machine,
  ops: readonly (() => Tensor[])[],
  choices: readonly RowChoice[],
  { clock, rounds, batch }: TuneOptions,
): Promise<Spread[]> {
  const machines = choices.map((choice) => withChoice(own, choice));
  const logs: number[][] = choices.map(() => Array.from({ length: rounds }, () => 0));
  for (const op of ops) {
    const contenders = machines.map((machine) => new Planned(backend, machine, op, clock));
    const timings = await measure(contenders, { rounds, batch, leastBatch: clock.leastBatch });
    for (const [i, { ofFirstByRound }] of timings.entries())
      for (const [round, ratio] of ofFirstByRound.entries()) logs[i]![round]! += Math.log(ratio) / ops.length;
  }
  return logs.map((rounds) => spreadOf(rounds.map(Math.exp)));
}

/** An op as another choice plans it. */
class Planned implements Contender {
  readonly #backend: Backend;
  readonly #machine: Machine;
  readonly #op: () => Tensor[];
  readonly #clock: Clock;

  constructor(backend: Backend, machine: Machine, op: () => Tensor[], clock: Clock) {
    this.#backend = backend;
    this.#machine = machine;
    this.#op = op;
    this.#clock = clock;
  }

  time(calls: number): Promise<number> {
    const { runtime } = this.#backend;
    runtime.machine = this.#machine;
    const made: Tensor[][] = [];
    for (let i = 0; i < calls; i++) {
      made.push(this.#op());
      // Two results are alive: a call does not wait for what the one before it has written.
      if (made.length > 2) for (const tensor of made.shift() ?? []) tensor.dispose();
    }
    for (const tensor of made.flat()) tensor.dispose();
    return this.#clock.time(() => this.#backend.flush());
  }
}
