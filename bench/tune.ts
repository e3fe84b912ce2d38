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

/** The row lengths to measure. A choice applies to rows up to its length, and the last one to all longer rows. */
const COLUMNS = [16, 64, 256, 1024, 4096, 16384, 65536, 262144] as const;
/** Elements of a measured tensor: several times what a cache holds. */
const ELEMENTS = { gpu: 2 ** 26, cpu: 2 ** 22 };
/** The rounds that all candidates run, and the number that go on to be compared with the built-in choice. */
const SCOUTING = 3;
const FINALISTS = 3;

/** The result of tuning for one row length. */
export interface Tuned {
  readonly cols: number;
  readonly builtIn: RowChoice;
  readonly best: RowChoice;
  /** Time relative to the built-in choice in the same round, over all ops; 1 if the built-in choice is kept. */
  readonly ratio: Spread;
}

export interface TuneOptions {
  readonly timer: Timer;
  readonly rounds: number;
  /** The target length of a batch, in ms. */
  readonly batch: number;
  readonly columns?: readonly number[];
  /** Elements of a tensor. @default several times what a cache holds */
  readonly elements?: number;
  readonly onColumns?: (done: number, all: number) => void;
}

/**
 * Measures the built-in choices for rows against all others for this adapter. Another choice is taken only if it was faster
 * in four of five rounds, by more than a second run of the built-in choice differed from the first.
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

/** For each choice, its time relative to the first: the geometric mean over the ops, one ratio per round. */
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
