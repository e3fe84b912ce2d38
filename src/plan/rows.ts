import { ShapeError } from '../core/errors.ts';
import { choiceFor, mostInRegistersOf } from './choices.ts';
import type { Machine } from './machine.ts';

/** How many lanes share a row, how they fold, and whether the row stays in registers between passes. */
export interface Team {
  readonly fold: 'lane' | 'subgroup' | 'workgroup';
  /** Lanes per row: a power of two. */
  readonly lanesPerRow: number;
  /** Lanes per workgroup. */
  readonly workgroupSize: number;
  /** Vectors of four that a lane fetches at once. */
  readonly vectorsPerLane: number;
  /** Whether a row is a single block, read once. */
  readonly inRegisters: boolean;
  /** The most subgroups that a team may consist of; 1 needs no barrier. */
  readonly subgroups: number;
  /** Neighboring vectors that a lane fetches together. */
  readonly pack: Pack;
  /** Distance between neighboring lanes of a team; the lanes between them have neighboring rows. */
  readonly laneStride: number;
}

/** A team of rows, and how it fetches them. */
export interface RowTeam extends Team {
  /**
   * Whether elements are fetched one by one: neighbors belong to other rows, or a lane's short row ends between
   * vectors.
   */
  readonly apart: boolean;
  /**
   * How blocks that extend past the end of the row are handled: every block is masked, or only those that test as
   * partial. 'none' if every block is full; 'last' if only the last vectors of lanes can be past the end, as a whole.
   */
  readonly tail: 'none' | 'masked' | 'tested' | 'last';
}

/** A tensor as rows along one of its axes: element c of row (o, i) is at (o·cols + c)·inner + i. */
export interface Rows {
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

/** Vectors of four in 16 bytes of the smallest elements that a kernel reads. */
export type Pack = 1 | 2;

/** The element sizes of a kernel's tensors. */
export interface ElementSizes {
  /** Bytes of the largest element. */
  readonly bytes: 2 | 4;
  readonly pack: Pack;
}

export const WORDS: ElementSizes = { bytes: 4, pack: 1 };

/** Returns the element sizes of tensors with these element bytes. */
export function sizesOf(elementBytes: readonly (2 | 4)[]): ElementSizes {
  return { bytes: elementBytes.includes(4) ? 4 : 2, pack: elementBytes.includes(2) ? 2 : 1 };
}

/** What a kernel demands of its rows. */
export interface RowDemands {
  /** The number of tensors whose elements a lane holds at once. */
  readonly operands: number;
  /** Whether few, long rows may be cut into slices. */
  readonly cut: boolean;
}

export const FOLDS_ONE: RowDemands = { operands: 1, cut: true };

/** The rows that one dispatch covers; a tensor above the binding limit takes several. */
export interface RowWindow {
  readonly first: number;
  readonly rows: number;
  readonly groups: number;
}

export interface RowPlan {
  readonly team: RowTeam;
  /** Slices per row, one team each. With more than one, a second dispatch merges their results. */
  readonly slices: number;
  /** Elements per slice; the last one may be shorter. */
  readonly sliceCols: number;
  readonly windows: readonly RowWindow[];
  /** Whether every window of an aligned tensor starts on a 16-byte boundary. */
  readonly aligned: boolean;
}

const STREAMED_VECTORS = 4;
/**
 * Strided rows: lanes that keep a GPU busy, the fewest vectors worth a lane, and neighbors that read 64 bytes together.
 */
const BUSY_LANES = 2 ** 15;
const LEAST_VECTORS = 4;
const NEIGHBORS = 16;

/**
 * Plans an op over rows.
 * @throws ShapeError when a single row, or all strided rows of one outer index together, are larger than a binding.
 */
export function planRows(
  op: string,
  machine: Machine,
  rows: Rows,
  sizes = WORDS,
  { operands, cut }: RowDemands = FOLDS_ONE,
): RowPlan {
  const { outer, cols, inner } = rows;
  const { perWindow, aligned } = windowRows(op, machine, cols * inner, sizes);
  const { pack } = sizes;
  let team = inner === 1 ? chooseRowTeam(machine, cols, pack, operands) : chooseStridedTeam(machine, rows, operands);
  const sliceCols = cut && inner === 1 && !team.inRegisters ? chooseSlice(machine, outer, cols) : cols;
  const slices = Math.max(1, Math.ceil(cols / Math.max(sliceCols, 1)));
  if (slices > 1) team = chooseTeam(machine, { cols, sliceCols, alone: outer === 1 }, pack, operands);
  const windows: RowWindow[] = [];
  for (let first = 0; first < outer && inner > 0; first += perWindow) {
    const count = Math.min(perWindow, outer - first) * inner;
    windows.push({
      first: first * inner,
      rows: count,
      groups: Math.ceil((count * slices) / (team.workgroupSize / team.lanesPerRow)),
    });
  }
  return { team, slices, sliceCols, windows, aligned };
}

/** The most slices per row: all that a team of the second dispatch reads (shaders/fold/row_slices.wgsl). */
export const MOST_SLICES = 256;
/** The most words of a slice's result: of any monoid's value. */
export const MOST_WORDS = 8;
/** Teams that keep an adapter busy, at most `MOST_SLICES`, and the fewest elements worth one. */
const BUSY_TEAMS = { gpu: MOST_SLICES, cpu: 16 };
const LEAST_SLICE = { gpu: 4096, cpu: 16384 };

/**
 * Returns the elements per slice, at most `most`: the whole row if rows are many, else enough slices to keep the
 * adapter busy.
 */
export function chooseSlice({ kind }: Machine, rows: number, cols: number, most = cols): number {
  const busy = Math.min(Math.ceil(BUSY_TEAMS[kind] / Math.max(rows, 1)), Math.ceil(cols / LEAST_SLICE[kind]));
  const slices = Math.max(1, busy, Math.ceil(cols / Math.max(most, 1)));
  return slices === 1 ? Math.max(cols, 1) : 8 * Math.ceil(cols / slices / 8);
}

/** Returns the bytes of a tensor that fit one binding, wherever they start: offsets are aligned down. */
export function bindingRoom({ maxBindingBytes, offsetAlignment }: Machine): number {
  return maxBindingBytes - offsetAlignment;
}

/** Returns the rows that fit a binding, and whether windows of that many all start on 16-byte boundaries. */
export function windowRows(
  op: string,
  machine: Machine,
  cols: number,
  { bytes, pack }: ElementSizes = WORDS,
): { perWindow: number; aligned: boolean } {
  const room = bindingRoom(machine);
  const fit = Math.floor(room / (bytes * Math.max(cols, 1)));
  if (fit === 0) {
    throw new ShapeError(
      `${op}: a row of ${cols} elements takes ${bytes * cols} bytes, expected at most ${room} (this adapter's maxStorageBufferBindingSize, less the alignment)`,
    );
  }
  const step = rowsToBoundary(cols, pack);
  return fit >= step ? { perWindow: fit - (fit % step), aligned: true } : { perWindow: fit, aligned: false };
}

/** Returns the smallest number of rows whose size is a multiple of 16 bytes. */
export function rowsToBoundary(cols: number, pack: Pack): number {
  let step = 4 * pack;
  while (step > 1 && (cols * step) % (8 * pack) === 0) step /= 2;
  return step;
}

/** The part of a row of neighboring elements that one team has: all of it, or a slice. */
export interface Share {
  readonly cols: number;
  /** Elements per slice, a multiple of eight. @default cols: the whole row */
  readonly sliceCols?: number;
  /** Whether the row is the only one of its dispatch. @default false */
  readonly alone?: boolean;
}

/**
 * Returns the most units of `unit` elements that a share overlaps, wherever its row starts. A row's length determines
 * whether the next one starts on a unit or between units. Slices start on units of their row. A row that is alone
 * starts on a unit, but this counts only if it is cut: the team of a whole row must not depend on the number of rows.
 */
function unitsOf({ cols, sliceCols = cols, alone = false }: Share, unit: number): number {
  const startsOnUnits = cols % unit === 0 || (alone && sliceCols < cols);
  return Math.ceil((startsOnUnits ? sliceCols : sliceCols + unit - 1) / unit);
}

/** Chooses the team for rows of neighboring elements, or slices of them: as measured, else by the limits. */
export function chooseTeam(machine: Machine, share: Share, pack: Pack = 1, operands = 1): RowTeam {
  const { cols, sliceCols = cols } = share;
  const units = unitsOf(share, 4 * pack);
  const { lanesPerRow, rowsPerWorkgroup, vectorsPerLane, mostInRegisters } = choiceFor(
    machine,
    sliceCols,
    units * pack * operands,
    pack,
  );
  const folders = foldersOf(machine, lanesPerRow, undefined, rowsPerWorkgroup);
  return withBlock(
    machine,
    share,
    units,
    { ...folders, pack, laneStride: 1, apart: false },
    { operands, vectorsPerLane, mostInRegisters },
  );
}

/** Returns how blocks that extend past the end of a row or slice are handled. A row in registers is one block. */
function tailOf(
  { skips }: Machine,
  { lanesPerRow, vectorsPerLane, inRegisters, pack }: Omit<Team, 'laneStride'>,
  { cols, sliceCols = cols }: Share,
): RowTeam['tail'] {
  const atOnce = 4 * lanesPerRow * vectorsPerLane;
  if (cols > 0 && cols % atOnce === 0 && sliceCols % atOnce === 0) return 'none';
  if (inRegisters && sliceCols === cols && cols % (4 * pack) === 0) return 'last';
  return inRegisters || !skips ? 'masked' : 'tested';
}

/**
 * Chooses the team for whole rows. A lane that holds a short row which ends between vectors fetches its elements one by
 * one.
 */
function chooseRowTeam(machine: Machine, cols: number, pack: Pack, operands: number): RowTeam {
  const team = chooseTeam(machine, { cols }, pack, operands);
  if (team.fold !== 'lane' || cols % (4 * pack) === 0) return team;
  const short = withBlock(machine, { cols }, Math.ceil(cols / 4), { ...team, pack: 1, apart: true }, { operands });
  return short.inRegisters ? short : team;
}

/** Chooses the team for strided rows: one lane per row, or a few if there are too few rows to keep a GPU busy. */
export function chooseStridedTeam(machine: Machine, { outer, cols, inner }: Rows, operands = 1): RowTeam {
  const { kind, fold, maxInvocations } = machine;
  const units = Math.ceil(cols / 4);
  const common = { pack: 1, laneStride: 1, apart: true } as const;
  if (fold === 'subgroup')
    return withBlock(machine, { cols }, units, { ...foldersOf(machine, 1), ...common }, { operands });
  const wanted = Math.min(BUSY_LANES / Math.max(outer * inner, 1), units / LEAST_VECTORS, maxInvocations / NEIGHBORS);
  const lanes = kind === 'cpu' || wanted < 2 ? 1 : 2 ** Math.floor(Math.log2(wanted));
  const folders = foldersOf(machine, lanes, fold ?? (lanes === 1 ? 'lane' : 'workgroup'));
  return withBlock(
    machine,
    { cols },
    units,
    { ...folders, ...common, laneStride: folders.workgroupSize / folders.lanesPerRow },
    { operands },
  );
}

type Folders = Pick<Team, 'fold' | 'lanesPerRow' | 'workgroupSize' | 'subgroups'>;

/**
 * Returns the lanes of a team and of its workgroup.
 * @param fold default: the one that suits `lanes`
 * @param teams teams per workgroup, if the fold allows a choice
 */
export function foldersOf(
  machine: Machine,
  lanes: number,
  fold: Team['fold'] = machine.fold ?? foldFor(machine, lanes),
  teams?: number,
): Folders {
  const { subgroup, maxInvocations } = machine;
  if (fold === 'lane')
    return { fold, lanesPerRow: 1, workgroupSize: Math.min(teams ?? 64, maxInvocations), subgroups: 1 };
  if (fold === 'subgroup') {
    const { min, max } = subgroup as { min: number; max: number };
    const lanesPerRow = Math.max(lanes, min);
    // Several teams share a workgroup only if each is certain to be one subgroup.
    const width = lanesPerRow === min && min === max ? lanesPerRow * (teams ?? 1) : lanesPerRow;
    return {
      fold,
      lanesPerRow,
      workgroupSize: Math.min(width, maxInvocations),
      subgroups: Math.ceil(lanesPerRow / min),
    };
  }
  const team = Math.max(lanes, 2);
  return { fold, lanesPerRow: team, workgroupSize: Math.max(team, Math.min(128, maxInvocations)), subgroups: 1 };
}

function foldFor({ subgroup }: Machine, lanes: number): Team['fold'] {
  if (lanes === 1) return 'lane';
  return subgroup && lanes >= subgroup.min ? 'subgroup' : 'workgroup';
}

/** Adds the block to a team whose share overlaps `units` units of `pack` vectors each, of `operands` tensors. */
function withBlock(
  machine: Machine,
  share: Share,
  units: number,
  team: Folders & Pick<RowTeam, 'pack' | 'laneStride' | 'apart'>,
  {
    operands,
    vectorsPerLane = STREAMED_VECTORS,
    mostInRegisters: most = mostInRegistersOf(machine),
  }: { operands: number; vectorsPerLane?: number; mostInRegisters?: number },
): RowTeam {
  const each = Math.max(1, Math.ceil(units / team.lanesPerRow));
  const hold = team.pack * (each <= 4 ? each : 2 ** Math.ceil(Math.log2(each)));
  const inRegisters = hold * operands <= most;
  const shared = {
    ...team,
    inRegisters,
    vectorsPerLane: inRegisters ? hold : team.pack * Math.ceil(vectorsPerLane / team.pack),
  };
  return { ...shared, tail: tailOf(machine, shared, share) };
}
