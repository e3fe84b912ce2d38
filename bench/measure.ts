import { medianSorted, quantileSorted } from 'simple-statistics';
import { LEAST_QUANTA } from './clock.ts';

/** What is timed beside others: `time(calls)` are the milliseconds of a batch of so many calls. */
export interface Contender {
  time(calls: number): Promise<number>;
}

/** Milliseconds a call: the middle of its rounds, and what 20 and 80 % of them stay below. */
export interface Spread {
  readonly median: number;
  readonly p20: number;
  readonly p80: number;
}

export interface Timing {
  readonly ms: Spread;
  /** Of the pairs of one round: this contender's time by the first one's. */
  readonly ofFirst: Spread;
  readonly ofFirstByRound: readonly number[];
  readonly calls: number;
}

export interface MeasureOptions {
  readonly rounds: number;
  /** What a batch should last, in ms; the calls of one are chosen to that end. */
  readonly batch: number;
  /** Below this a batch says nothing, in ms. */
  readonly leastBatch: number;
  /** Calls a batch, instead. */
  readonly calls?: number | undefined;
}

/** Calls a batch at most, and warm-up calls in which a contender compiles and finds its memory. */
const MOST_CALLS = 200;
const WARM_UP_CALLS = 3;

/** A batch is shorter than what the clock can tell. */
export class BatchError extends Error {
  override name = 'BatchError';
  /** Whose batch it is. */
  readonly contender: Contender;

  constructor(contender: Contender, calls: number, ms: number, { leastBatch, calls: asked }: MeasureOptions) {
    const remedy = asked === undefined ? '' : '; take more calls a batch';
    super(
      `bench: a batch of ${calls} takes ${ms.toPrecision(3)} ms, expected at least ${leastBatch.toPrecision(3)} ms, ${LEAST_QUANTA} quanta of this clock: not reported${remedy}`,
    );
    this.contender = contender;
  }
}

/**
 * Times contenders in rounds: each round has a batch of every one, each round starts with another, and what is compared
 * are the times of one round. The first contender is what the others are compared with.
 * @throws BatchError where as many calls as are asked for, or allowed, are too short for the clock
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
  // By what a batch of a few says: a first call alone may wait for the host.
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
