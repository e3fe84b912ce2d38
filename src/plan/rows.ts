import { ShapeError } from '../core/errors.ts';
import { choiceFor, mostInRegistersOf } from './choices.ts';
import type { Machine } from './machine.ts';

/** How many lanes share a row, on which machine they fold, and whether a row stays in registers between its passes. */
export interface Team {
  readonly fold: 'lane' | 'subgroup' | 'workgroup';
  /** Lanes a row: a power of two. */
  readonly lanesPerRow: number;
  /** Lanes a workgroup. */
  readonly workgroupSize: number;
  /** Vectors of four that a lane fetches at once. */
  readonly vectorsPerLane: number;
  /** A row is one block: read once. */
  readonly inRegisters: boolean;
  /** The most subgroups that a workgroup can be made of; 1 needs no barrier. */
  readonly subgroups: number;
  /** Neighboring vectors that a lane fetches together. */
  readonly pack: Pack;
  /** Lanes from one lane of a team to the next; those between have neighboring rows. */
  readonly laneStride: number;
}

/** A team of rows, and how it fetches them. */
export interface RowTeam extends Team {
  /** Elements are fetched one by one: neighbors are other rows', or a lane has a short row that ends between vectors. */
  readonly apart: boolean;
  /**
   * Where a row's blocks do not all end with it: each is masked, or tested whether it has to be; none where every
   * block is full.
   */
  readonly tail: 'none' | 'masked' | 'tested';
}

/** A tensor as rows along one of its axes: element c of row (o, i) stands at (o·cols + c)·inner + i. */
export interface Rows {
  readonly outer: number;
  readonly cols: number;
  readonly inner: number;
}

/** Vectors of four in 16 bytes of the smallest elements that a kernel reads. */
export type Pack = 1 | 2;

/** What the elements of a kernel's tensors are, as far as its plan goes. */
export interface ElementSizes {
  /** Bytes of the largest. */
  readonly bytes: 2 | 4;
  readonly pack: Pack;
}

export const WORDS: ElementSizes = { bytes: 4, pack: 1 };

/** Of tensors of these dtypes together. */
export function sizesOf(elementBytes: readonly (2 | 4)[]): ElementSizes {
  return { bytes: elementBytes.includes(4) ? 4 : 2, pack: elementBytes.includes(2) ? 2 : 1 };
}

/** What a kernel asks of its rows. */
export interface RowDemands {
  /** Tensors of the rows' elements that a lane holds together. */
  readonly operands: number;
  /** It folds them: few and long ones may be cut into slices. */
  readonly cut: boolean;
}

export const FOLDS_ONE: RowDemands = { operands: 1, cut: true };

/** Rows that one dispatch covers; a tensor above the binding limit takes several. */
export interface RowWindow {
  readonly first: number;
  readonly rows: number;
  readonly groups: number;
}

export interface RowPlan {
  readonly team: RowTeam;
  /** Teams that share a row, each a slice of it; with more than one, a second dispatch goes on from what they folded. */
  readonly slices: number;
  /** Elements of a slice; the last one may be shorter. */
  readonly sliceCols: number;
  readonly windows: readonly RowWindow[];
  /** Every window starts on a 16-byte boundary of a tensor that does itself. */
  readonly aligned: boolean;
}

const STREAMED_VECTORS = 4;
/** Strided rows: lanes that keep a GPU busy, the fewest vectors that are worth a lane, and neighbors that read 64 bytes. */
const BUSY_LANES = 2 ** 15;
const LEAST_VECTORS = 4;
const NEIGHBORS = 16;

/**
 * Plans an op over rows.
 * @throws ShapeError when a single row, or all rows of one outer index where they are strided, are larger than a binding.
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

/** The most slices of a row: all that a team of the second dispatch looks for (shaders/fold/row_slices.wgsl). */
export const MOST_SLICES = 256;
/** Words of what a slice is folded to, at most: of any monoid's value. */
export const MOST_WORDS = 8;
/** Teams that keep an adapter busy, no more than a row may have slices; and the least elements that are worth one. */
const BUSY_TEAMS = { gpu: MOST_SLICES, cpu: 16 };
const LEAST_SLICE = { gpu: 4096, cpu: 16384 };

/** Elements a slice: the whole row where rows are many, else as many slices as keep the adapter busy; at most `most`. */
export function chooseSlice({ kind }: Machine, rows: number, cols: number, most = cols): number {
  const busy = Math.min(Math.ceil(BUSY_TEAMS[kind] / Math.max(rows, 1)), Math.ceil(cols / LEAST_SLICE[kind]));
  const slices = Math.max(1, busy, Math.ceil(cols / Math.max(most, 1)));
  return slices === 1 ? Math.max(cols, 1) : 8 * Math.ceil(cols / slices / 8);
}

/** Bytes of a tensor that one binding can show, wherever it starts: offsets are aligned down. */
export function bindingRoom({ maxBindingBytes, offsetAlignment }: Machine): number {
  return maxBindingBytes - offsetAlignment;
}

/** Rows a binding holds, and whether windows of that many start on 16-byte boundaries of all tensors. */
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

/** The fewest rows after which a 16-byte boundary comes again. */
export function rowsToBoundary(cols: number, pack: Pack): number {
  let step = 4 * pack;
  while (step > 1 && (cols * step) % (8 * pack) === 0) step /= 2;
  return step;
}

/** What one team has of a row of neighboring elements: all of it, or a slice. */
export interface Share {
  readonly cols: number;
  /** Elements of a slice, a multiple of eight. @default cols: the whole row */
  readonly sliceCols?: number;
  /** The row is the only one of its dispatch. @default false */
  readonly alone?: boolean;
}

/**
 * The most units of `unit` elements that a share reaches into, wherever its row starts. A row's length says where the next
 * one starts: on a unit, or at any element of one. Slices start on units of their row. A row that is alone starts on a unit,
 * which counts where it is cut: the team of a whole row does not depend on how many there are.
 */
function unitsOf({ cols, sliceCols = cols, alone = false }: Share, unit: number): number {
  const startsOnUnits = cols % unit === 0 || (alone && sliceCols < cols);
  return Math.ceil((startsOnUnits ? sliceCols : sliceCols + unit - 1) / unit);
}

/** The team for rows of neighboring elements, or slices of them: what was measured, else what the limits suggest. */
export function chooseTeam(machine: Machine, share: Share, pack: Pack = 1, operands = 1): RowTeam {
  const { cols, sliceCols = cols } = share;
  const units = unitsOf(share, 4 * pack);
  const { lanesPerRow, rowsPerWorkgroup, vectorsPerLane, mostInRegisters } = choiceFor(
    machine,
    sliceCols,
    units * pack * operands,
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

/** Whether blocks end where rows and their slices do. What is held is one block: it is filled or it is not. */
function tailOf(
  { skips }: Machine,
  { lanesPerRow, vectorsPerLane, inRegisters }: Omit<Team, 'pack' | 'laneStride'>,
  { cols, sliceCols = cols }: Share,
): RowTeam['tail'] {
  const atOnce = 4 * lanesPerRow * vectorsPerLane;
  if (cols > 0 && cols % atOnce === 0 && sliceCols % atOnce === 0) return 'none';
  return inRegisters || !skips ? 'masked' : 'tested';
}

/** The same for whole rows, but a lane that holds a short one which ends between vectors fetches its elements and no others. */
function chooseRowTeam(machine: Machine, cols: number, pack: Pack, operands: number): RowTeam {
  const team = chooseTeam(machine, { cols }, pack, operands);
  if (team.fold !== 'lane' || cols % (4 * pack) === 0) return team;
  const short = withBlock(machine, { cols }, Math.ceil(cols / 4), { ...team, pack: 1, apart: true }, { operands });
  return short.inRegisters ? short : team;
}

/** Rows whose neighbors are other rows: a lane each, or a few where rows are too few to keep a GPU busy. */
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
 * Lanes of a team and of its workgroup, for a fold: that which suits so many lanes, if no other is wanted. `teams` are side
 * by side where the fold leaves it open.
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
    // Several teams share a workgroup only where each is sure to be one subgroup.
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

/** The block of a team whose share reaches into `units` units of `pack` vectors each, of `operands` tensors. */
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
