import { medianSorted, quantileSorted } from 'simple-statistics';
import { LEAST_QUANTA } from './clock.ts';

/** Something to time. `time(calls)` returns the milliseconds of a batch of that many calls. */
export interface Contender {
  time(calls: number): Promise<number>;
}

/** The median and the 20th and 80th percentiles over the rounds. */
export interface Spread {
  readonly median: number;
  readonly p20: number;
  readonly p80: number;
}

export interface Timing {
  readonly ms: Spread;
  /** This contender's time divided by the first contender's in the same round. */
  readonly ofFirst: Spread;
  readonly ofFirstByRound: readonly number[];
  readonly calls: number;
}

export interface MeasureOptions {
  readonly rounds: number;
  /** The target length of a batch, in ms; sets the calls per batch. */
  readonly batch: number;
  /** The least length of a batch, in ms. A shorter batch is rejected. */
  readonly leastBatch: number;
  /** Calls per batch, instead of a target length. */
  readonly calls?: number | undefined;
}

/** The most calls per batch, and the warm-up calls in which a contender compiles and allocates. */
const MOST_CALLS = 200;
const WARM_UP_CALLS = 3;

/** A batch is too short for the clock. */
export class BatchError extends Error {
  override name = 'BatchError';
  /** The contender of that batch. */
  readonly contender: Contender;

  constructor(contender: Contender, calls: number, ms: number, { leastBatch, calls: asked }: MeasureOptions) {
    const remedy = asked === undefined ? '' : '; take more calls per batch';
    super(
      `bench: a batch of ${calls} takes ${ms.toPrecision(3)} ms, expected at least ${leastBatch.toPrecision(3)} ms, ${LEAST_QUANTA} quanta of this clock: not reported${remedy}`,
    );
    this.contender = contender;
  }
}

/**
 * Times contenders in rounds. Each round runs one batch of every contender and starts with a different one. Ratios to the
 * first contender compare times of the same round.
 * @throws BatchError when a batch of the requested or the most calls is too short for the clock
 */
export async function measure(contenders: readonly Contender[], options: MeasureOptions): Promise<Timing[]> {
  const plans: { contender: Contender; calls: number; times: number[] }[] = [];
  for (const contender of contenders) plans.push({ contender, calls: await callsOf(contender, options), times: [] });
  for (let round = 0; round < options.rounds; round++) {
    for (let turn = 0; turn < plans.length; turn++) {
      const { contender, calls, times } = plans[(round + turn) % plans.length] as (typeof plans)[number];
      times[round] = (await contender.time(calls)) / calls;
    }
  }
  const first = plans[0]?.times ?? [];
  return plans.map(({ times, calls }) => {
    const ofFirstByRound = times.map((time, round) => time / (first[round] as number));
    return { ms: spreadOf(times), ofFirst: spreadOf(ofFirstByRound), ofFirstByRound, calls };
  });
}

async function callsOf(contender: Contender, options: MeasureOptions): Promise<number> {
  const { batch, leastBatch, calls } = options;
  await contender.time(WARM_UP_CALLS);
  const wanted = Math.max(batch, leastBatch);
  let tried = calls ?? 1;
  let time = await contender.time(tried);
  if (calls !== undefined) {
    if (time < leastBatch) throw new BatchError(contender, calls, time, options);
    return calls;
  }
  // A batch of a few calls sets the count, because a single call may wait for the host.
  while (time < wanted && tried < MOST_CALLS) {
    tried = Math.min(
      MOST_CALLS,
      Math.max(2 * tried, Math.ceil((tried * wanted) / Math.max(time, wanted / MOST_CALLS))),
    );
    time = await contender.time(tried);
  }
  if (time < leastBatch) throw new BatchError(contender, tried, time, options);
  return tried;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: medianSorted(sorted), p20: quantileSorted(sorted, 0.2), p80: quantileSorted(sorted, 0.8) };
}
