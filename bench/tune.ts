import type { Backend, Tensor } from '../src/index.ts';
import { crossEntropyWithGradient, softmax, softmaxBackward } from '../src/index.ts';
import type { Machine } from '../src/plan/machine.ts';
import { choiceFor, PROFILE_VERSION, type Profile, type RowChoice, type RowEntry } from '../src/plan/profiles.ts';
import { chooseTeam } from '../src/plan/rows.ts';
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

/** What an adapter could do with rows of `cols` columns: every fold, with as many rows side by side as may pay. */
export function candidates({ kind, subgroup, maxInvocations }: Machine, cols: number): RowChoice[] {
  const choices: RowChoice[] = [];
  const held = kind === 'cpu' ? [4] : [16];
  const blocks = kind === 'cpu' ? [2, 4] : [4, 8];
  const add = (lanes: number, teams: number[]) => {
    // No lane without a vector.
    if (lanes > maxInvocations || (lanes > 1 && 4 * lanes > cols)) return;
    for (const side of teams)
      for (const block of blocks)
        for (const most of held)
          if (lanes * side <= maxInvocations) choices.push({ lanes, teams: side, block, held: most });
  };
  if (cols <= 4096) add(1, [16, 64]);
  if (subgroup) add(subgroup.min, subgroup.min === subgroup.max ? [1, 4] : [1]);
  // On a processor every barrier costs more than a row.
  if (kind === 'gpu') for (let lanes = 8; lanes <= 512; lanes *= 2) if (lanes !== subgroup?.min) add(lanes, [1]);
  return choices;
}

async function tuneColumns(backend: Backend, own: Machine, cols: number, options: TuneOptions): Promise<Tuned> {
  const rows = Math.max(1, ELEMENTS[own.kind] / cols);
  const builtIn = withoutColumns(choiceFor(own, cols, Math.ceil(cols / 4)));
  const seen = new Set([planned(own, cols, builtIn)]);
  const others = candidates(own, cols).filter((choice) => {
    const plan = planned(own, cols, choice);
    return !seen.has(plan) && seen.add(plan);
  });
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

/** An op as another machine's plans have it. */
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

/** What comes of a choice: rows that are held know no block, for one. */
function planned(own: Machine, cols: number, choice: RowChoice): string {
  const machine = withChoice(own, choice);
  return JSON.stringify([1, 2].map((operands) => chooseTeam(machine, cols, 1, operands)));
}

function withChoice(own: Machine, choice: RowChoice): Machine {
  return { ...own, choices: { rows: [{ cols: 0, ...choice }] } };
}

function withoutColumns({ lanes, teams, block, held }: RowChoice): RowChoice {
  return { lanes, teams, block, held };
}
