import { type Channels, planChannels, planMerge } from './channels.ts';
import type { Machine } from './machine.ts';
import { planReduction } from './reduction.ts';
import { chooseTeam } from './rows.ts';

// Shapes that between them meet every variant that plans can return on a machine: the first of each, in rising order.

/** Beyond, a row's plan no longer depends on its length. */
const MOST_COLUMNS = 2 ** 15;

/** Columns, one count for each team and each kind of row's end (on a vector of four, or between). */
export function representativeColumns(machine: Machine): number[] {
  return firstOfEach(range(1, MOST_COLUMNS), (cols) => [chooseTeam(machine, cols), cols % 4 === 0]);
}

/** Rows and columns of reductions, one shape for each team of the slices and of what folds their values. */
export function representativeReductions(machine: Machine): (readonly [rows: number, cols: number])[] {
  const shapes = [1, 4096].flatMap((rows) =>
    representativeColumns(machine)
      .concat(rows === 1 ? [2 ** 17, 2 ** 20] : [])
      .map((cols) => [rows, cols] as const),
  );
  return firstOfEach(
    shapes.filter(([rows, cols]) => rows * cols <= 2 ** 20),
    ([rows, cols]) => planReduction(machine, rows, cols).team,
  );
}

const OUTER = [2, 65, 4099];
const CHANNELS = [1, 2, 3, 4, 8, 61, 200];
const INNER = [1, 3, 4, 15, 16, 64, 257, 1009, 1024, 4096, 65536];
const MOST_ELEMENTS = 2 ** 20;

/** Batches [outer, channels, inner], one for each way to fold, to map and to merge channels. */
export function representativeBatches(machine: Machine): Channels[] {
  const batches = OUTER.flatMap((outer) =>
    CHANNELS.flatMap((channels) => INNER.map((inner) => ({ outer, channels, inner }))),
  ).filter(({ outer, channels, inner }) => outer * channels * inner <= MOST_ELEMENTS);
  const variants: ((x: Channels) => unknown)[] = [
    (x) => variantOf(x, 'fold'),
    (x) => variantOf(x, 'map'),
    (x) => {
      const { slices } = planChannels('batchNormStats', machine, x, 'fold', true);
      return slices > 1 && planMerge(machine, x.channels, slices).team;
    },
  ];
  const variantOf = (x: Channels, purpose: 'fold' | 'map') => {
    const { vector, unitChannels, team } = planChannels('batchNormStats', machine, x, purpose, true);
    return [vector, unitChannels, team];
  };
  return [...new Set(variants.flatMap((variant) => firstOfEach(batches, variant)))];
}

function firstOfEach<T>(items: Iterable<T>, variant: (item: T) => unknown): T[] {
  const first = new Map<string, T>();
  for (const item of items) {
    const key = JSON.stringify(variant(item));
    if (!first.has(key)) first.set(key, item);
  }
  return [...first.values()];
}

function* range(first: number, last: number): Iterable<number> {
  for (let value = first; value <= last; value++) yield value;
}
