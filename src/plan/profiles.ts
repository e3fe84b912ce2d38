import type { Machine } from './machine.ts';

/** How rows of neighboring elements are shared out. */
export interface RowChoice {
  /** Lanes a row: 1, or a power of two that subgroups or workgroups fold. */
  readonly lanes: number;
  /** Rows side by side in a workgroup, for lanes and for teams of one subgroup. */
  readonly teams: number;
  /** Vectors of four that a lane fetches at once of a row that is not held. */
  readonly block: number;
  /** Vectors that a lane holds at most of all tensors it reads together: its row then is read once. */
  readonly held: number;
}

/** A choice for rows of up to so many columns. */
export interface RowEntry extends RowChoice {
  readonly cols: number;
}

/** What was measured on an adapter, for rows from short to long; the last entry holds for all that are longer. */
export interface Choices {
  readonly rows: readonly RowEntry[];
}

/** Raised when choices come to mean something else: a profile of another version is refused. */
export const PROFILE_VERSION = 1;

/** What `gradfold tune` writes and `createBackend({ profile })` takes: what was measured best on one adapter. */
export interface Profile extends Choices {
  readonly version: number;
  /** As the adapter names itself; it is taken on no other. */
  readonly adapter: { readonly vendor: string; readonly architecture: string; readonly description: string };
}

/**
 * Adapters that were measured by `gradfold tune`, by what they call themselves and the lanes of their subgroups. What is not
 * here goes by the model.
 */
const MEASURED: readonly { readonly adapter: RegExp; readonly subgroup: number; readonly choices: Choices }[] = [
  {
    adapter: /llvmpipe/i,
    subgroup: 8,
    choices: {
      rows: [
        { cols: 32, lanes: 1, teams: 64, block: 2, held: 16 },
        { cols: 33, lanes: 8, teams: 4, block: 2, held: 16 },
      ],
    },
  },
  {
    adapter: /swiftshader/i,
    subgroup: 4,
    choices: {
      rows: [
        { cols: 32, lanes: 1, teams: 64, block: 8, held: 16 },
        { cols: 33, lanes: 4, teams: 4, block: 8, held: 16 },
      ],
    },
  },
];

/** What is known of an adapter by what it calls itself. */
export function measuredChoices(words: string, subgroup: Machine['subgroup']): Choices | undefined {
  const lanes = subgroup?.min === subgroup?.max ? subgroup?.min : undefined;
  return MEASURED.find((one) => one.adapter.test(words) && one.subgroup === lanes)?.choices;
}

/** Vectors a lane may hold of all that it reads: 64 registers of f32. */
const HELD = 16;

export function mostHeld({ held }: Machine): number {
  return held ?? HELD;
}

/**
 * On a processor a lane is a part of a thread's vector register: no barrier pays, and a subgroup folds natively. A lane does
 * what it can hold of two tensors.
 */
const CPU_LANE_COLUMNS = 2 * HELD;
/** Vectors that a lane of a GPU fetches before it uses the first, where the row has as many: 128 bytes in flight. */
const IN_FLIGHT = 8;
/** More lanes than this leave each too few registers to hold its part of a row: 64 of f32. */
const MOST_LANES = 512;

/** The choice for rows of so many columns, in so many vectors of all tensors that are held together. */
export function choiceFor(machine: Machine, cols: number, vectors: number): RowChoice {
  const rows = machine.choices?.rows;
  if (rows && rows.length > 0) {
    const entry = rows.find((one) => cols <= one.cols) ?? (rows.at(-1) as RowEntry);
    // A device may have less than the one that was measured.
    return { ...entry, lanes: Math.min(entry.lanes, machine.maxInvocations) };
  }
  return machine.kind === 'cpu' ? cpuModel(machine, cols) : gpuModel(machine, cols, vectors);
}

function cpuModel(machine: Machine, cols: number): RowChoice {
  const { subgroup } = machine;
  const lanes = cols <= CPU_LANE_COLUMNS || !subgroup ? 1 : subgroup.min;
  return { lanes, teams: lanes === 1 ? 64 : 1, block: 4, held: mostHeld(machine) };
}

/**
 * Lanes a row that keep its part in their registers, few enough that each has several loads in flight; short rows as in
 * QuACK's table. Rows of one subgroup share workgroups of 128.
 */
function gpuModel(machine: Machine, cols: number, vectors: number): RowChoice {
  const { subgroup, maxInvocations } = machine;
  const held = mostHeld(machine);
  const choice = (lanes: number): RowChoice => ({
    lanes: Math.min(lanes, maxInvocations),
    teams: lanes === 1 ? 64 : Math.max(1, Math.floor(128 / (subgroup?.max ?? 128))),
    block: 4,
    held,
  });
  if (cols <= 4) return choice(1);
  if (cols <= 64) return choice(8);
  if (cols <= 128) return choice(16);
  const wanted = 2 ** Math.ceil(Math.log2(vectors / Math.min(IN_FLIGHT, held)));
  if (wanted <= 256) return choice(Math.max(32, wanted));
  // The longest rows that registers hold take all lanes that leave room for it; longer ones are streamed by fewer.
  return choice(vectors > held * 256 && vectors <= held * MOST_LANES ? MOST_LANES : 256);
}
