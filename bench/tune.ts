import type { Backend } from '../src/index.ts';
import { crossEntropyWithGradient, softmax, softmaxBackward } from '../src/index.ts';
import { PROFILE_VERSION, type Profile, type RowChoice, type RowEntry } from '../src/plan/profiles.ts';
import type { Results } from './case.ts';
import { asChosen, builtInChoice, otherChoices } from './choices.ts';
import { ringContender } from './contenders.ts';
import { deviates, labels } from './inputs.ts';
import { measure, type Spread, spreadOf } from './measure.ts';
import { Ring } from './ring.ts';
import type { Timer } from './timer.ts';

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
  readonly timer: Timer;
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
  const tuned: Tuned[] = [];
  for (const [done, cols] of columns.entries()) {
    options.onColumns?.(done, columns.length);
    tuned.push(await tuneColumns(backend, cols, options));
  }
  const { vendor, architecture, description } = backend.info;
  const rows: RowEntry[] = tuned.map(({ cols, best }) => ({ cols, ...best }));
  return { profile: { version: PROFILE_VERSION, adapter: { vendor, architecture, description }, rows }, tuned };
}

async function tuneColumns(backend: Backend, cols: number, options: TuneOptions): Promise<Tuned> {
  const own = backend.runtime.machine;
  const rows = Math.max(1, Math.floor((options.elements ?? ELEMENTS[own.kind]) / cols));
  const builtIn = builtInChoice(own, cols);
  const others = otherChoices(own, cols);
  const tensors = {
    x: backend.tensor(deviates('x', rows * cols, 0, 3), [rows, cols]),
    labels: backend.tensor(labels('labels', rows, cols), [rows]),
  };
  const ops = [
    () => ({ y: softmax(tensors.x) }),
    () => ({ dx: softmaxBackward(tensors.x, tensors.x) }),
    () => ({ ...crossEntropyWithGradient(tensors.x, tensors.labels) }),
  ];
  try {
    const scouted = await race(backend, ops, [builtIn, ...others], { ...options, rounds: SCOUTING });
    const finalists = others
      .map((choice, i) => ({ choice, ratio: scouted[i + 1] as Spread }))
      .sort((a, b) => a.ratio.median - b.ratio.median)
      .slice(0, FINALISTS)
      .map(({ choice }) => choice);
    const [, control, ...ratios] = await race(backend, ops, [builtIn, builtIn, ...finalists], options);
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
  ops: readonly (() => Results)[],
  choices: readonly RowChoice[],
  { timer, rounds, batch }: TuneOptions,
): Promise<Spread[]> {
  const logs: number[][] = choices.map(() => Array.from({ length: rounds }, () => 0));
  for (const op of ops) {
    const rings = choices.map((choice) => new Ring(asChosen(backend, choice, op)));
    try {
      const contenders = rings.map((ring) => ringContender(backend, timer, ring));
      const timings = await measure(contenders, { rounds, batch, leastBatch: timer.clock.leastBatch });
      for (const [i, { ofFirstByRound }] of timings.entries())
        for (const [round, ratio] of ofFirstByRound.entries()) logs[i]![round]! += Math.log(ratio) / ops.length;
    } finally {
      for (const ring of rings) ring.dispose();
    }
  }
  return logs.map((rounds) => spreadOf(rounds.map(Math.exp)));
}
