import {
  type ChannelPlan,
  type Channels,
  planFolds,
  planInRegisters,
  planMap,
  planMerge,
} from '../../plan/channels.ts';
import type { Machine } from '../../plan/machine.ts';
import { planReduction } from '../../plan/reduction.ts';
import { chooseStridedTeam, type ElementSizes, planRows, type RowDemands, type Rows, WORDS } from '../../plan/rows.ts';

// Shapes that together cover every variant that plans can return on a machine: the first shape of each, in rising
// order.

/**
 * Lengths of rows that between them meet every plan: all short ones, and those around powers of two, three times those,
 * and multiples of what is worth a slice. Beyond the last a row's plan depends on its length no further than on how it
 * ends.
 */
const COLUMNS: readonly number[] = (() => {
  const [short, around, least, most] = [300, 9, 4096, 2 ** 15];
  const powers = Array.from({ length: 15 }, (_, k) => 2 ** (k + 1));
  const turns = powers.concat(
    powers.map((power) => 3 * power).filter((turn) => turn < most),
    Array.from({ length: most / least }, (_, k) => least * (k + 1)),
  );
  const near = turns.flatMap((turn) => Array.from({ length: 2 * around + 1 }, (_, i) => turn + i - around));
  const all = Array.from({ length: short }, (_, i) => i + 1).concat(near.filter((cols) => cols > short));
  return [...new Set(all)].sort((a, b) => a - b);
})();

/** One row and a few, which may be sliced if they are long, and so many that they never are. */
const ROWS = [3, 256, 1];

/** Rows and columns, one shape per plan and per kind of row end (on a vector of four, or between two). */
export function representativeRows(machine: Machine, sizes: ElementSizes): (readonly [rows: number, cols: number])[] {
  const shapes = ROWS.flatMap((rows) => COLUMNS.map((cols) => [rows, cols] as const));
  return [
    ...new Set(
      ROW_DEMANDS.flatMap((demands) =>
        firstOfEach(shapes, ([rows, cols]) => variantOfRows(machine, rows, cols, sizes, demands)),
      ),
    ),
  ];
}

/** Kernels read rows of one tensor or two, and reduce them or not. */
export const ROW_DEMANDS: readonly RowDemands[] = [
  { operands: 1, cut: true },
  { operands: 2, cut: true },
  { operands: 1, cut: false },
];

/** The parts of a row's plan that select the kernel. */
export function variantOfRows(
  machine: Machine,
  outer: number,
  cols: number,
  sizes: ElementSizes,
  demands: RowDemands,
): unknown {
  const { team, slices } = planRows('', machine, { outer, cols, inner: 1 }, sizes, demands);
  return [team, slices > 1, cols % 4 === 0];
}

/** Numbers of strided rows, few to many; neighbors of an element belong to other rows. */
const STRIDED_ROWS = [2, 64, 1024, 2048, 4096, 8192, 16384];

/** Strided rows, one shape per team. */
export function representativeStrides(machine: Machine): Rows[] {
  // Rows that fill their team's blocks, and rows that end earlier.
  const cols = Array.from({ length: 13 }, (_, k) => 2 ** k).flatMap((length) => [length, length + 1]);
  const rows = STRIDED_ROWS.flatMap((inner) => cols.map((length) => ({ outer: 1, cols: length, inner }))).filter(
    ({ cols, inner }) => cols * inner <= 2 ** 22,
  );
  return firstOfEach(rows, (shape) => [chooseStridedTeam(machine, shape, 1), chooseStridedTeam(machine, shape, 2)]);
}

/** Rows and columns of reductions, one shape per team of the slices and of the reduction of their values. */
export function representativeReductions(machine: Machine, sizes: ElementSizes): (readonly [number, number])[] {
  const lengths = [1, 4096].flatMap((rows) =>
    COLUMNS.concat(rows === 1 ? [2 ** 17, 2 ** 20] : []).map((cols) => [rows, cols] as const),
  );
  return firstOfEach(
    lengths.filter(([rows, cols]) => rows * cols <= 2 ** 20),
    ([rows, cols]) => {
      const { team, slices } = planReduction(machine, rows, cols, sizes);
      return [team, slices > 1 && planReduction(machine, rows, slices).team];
    },
  );
}

const OUTER = [1, 2, 65, 4099];
const CHANNELS = [1, 2, 3, 4, 8, 61, 200];
const INNER = [1, 3, 4, 15, 16, 60, 64, 257, 1009, 1024, 4096, 65536];
const MOST_ELEMENTS = 2 ** 20;
/** Values per channel in the statistics and in the sums of the backward pass. */
const MOMENTS = 5;
const GRADIENTS = 2;

/** Batches [outer, channels, inner], one for each way to reduce, map and merge channels. */
export function representativeBatches(machine: Machine, sizes = WORDS): Channels[] {
  const batches = OUTER.flatMap(
    (outer) => CHANNELS.flatMap((channels) => INNER.map((inner) => ({ outer, channels, inner }))),
    // One value has no variance, so training rejects it.
  ).filter(({ outer, channels, inner }) => outer * inner > 1 && outer * channels * inner <= MOST_ELEMENTS);
  const folds = [
    (x: Channels) => planFolds(machine, x, MOMENTS, sizes)[0] as ChannelPlan,
    (x: Channels) => planFolds(machine, x, GRADIENTS, sizes, 2)[0] as ChannelPlan,
  ];
  const variantOf = ({ columns, nested, plane, vector, unitChannels, apart, team }: ChannelPlan) => [
    ...[columns, nested, plane > 1, vector, unitChannels, apart],
    team,
  ];
  const variants: ((x: Channels) => unknown)[] = [
    (x) => variantOf(planMap(machine, x, sizes)),
    (x) => {
      const held = planInRegisters(machine, x, sizes);
      return held && variantOf(held);
    },
    ...folds.flatMap((foldOf) => [
      (x: Channels) => variantOf(foldOf(x)),
      (x: Channels) => {
        const { slices, plane } = foldOf(x);
        return slices * plane > 1 && [plane > 1, planMerge(machine, x.channels, slices * plane).team];
      },
    ]),
  ];
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
