import { GradfoldError } from '../core/errors.ts';

/** How rows of neighboring elements are divided among lanes. */
export interface RowChoice {
  /** Lanes per row: 1, or a power of two that subgroups or workgroups fold. */
  readonly lanesPerRow: number;
  /** Rows per workgroup, for single lanes and for teams of one subgroup. */
  readonly rowsPerWorkgroup: number;
  /** Vectors of four that a lane fetches at once from a row that is not held in registers. */
  readonly vectorsPerLane: number;
  /** The most vectors, of all tensors together, that a lane holds in registers, so that its row is read once. */
  readonly mostInRegisters: number;
}

/** A choice for rows of up to `cols` columns. */
export interface RowEntry extends RowChoice {
  readonly cols: number;
}

/** Choices measured on an adapter, for rows from short to long. The last entry applies to all longer rows. */
export interface Choices {
  readonly rows: readonly RowEntry[];
}

/** Raised when the meaning of choices changes: a profile of another version is refused. */
export const PROFILE_VERSION = 2;

/**
 * The fastest choices measured on one adapter. `gradfold tune` writes them; `createBackend({ profile })` takes them.
 */
export interface Profile extends Choices {
  readonly version: number;
  /** The names of the adapter. The profile is refused on any other. */
  readonly adapter: { readonly vendor: string; readonly architecture: string; readonly description: string };
}

/**
 * Adapters measured by `gradfold tune`, by their names and the lanes of their subgroups. All others follow the model.
 */
const MEASURED: readonly { readonly adapter: RegExp; readonly subgroup: number; readonly choices: Choices }[] = [
  {
    adapter: /llvmpipe/i,
    subgroup: 8,
    choices: {
      rows: [
        { cols: 32, lanesPerRow: 1, rowsPerWorkgroup: 64, vectorsPerLane: 2, mostInRegisters: 16 },
        { cols: 33, lanesPerRow: 8, rowsPerWorkgroup: 4, vectorsPerLane: 2, mostInRegisters: 16 },
      ],
    },
  },
  {
    adapter: /swiftshader/i,
    subgroup: 4,
    choices: {
      rows: [
        { cols: 32, lanesPerRow: 1, rowsPerWorkgroup: 64, vectorsPerLane: 8, mostInRegisters: 16 },
        { cols: 33, lanesPerRow: 4, rowsPerWorkgroup: 4, vectorsPerLane: 8, mostInRegisters: 16 },
      ],
    },
  },
];

/**
 * Returns the choices measured on an adapter with these names, if any.
 * @param subgroup its range of subgroup sizes, if kernels can use subgroups
 */
export function measuredChoices(
  words: string,
  subgroup: { readonly min: number; readonly max: number } | undefined,
): Choices | undefined {
  const lanes = subgroup?.min === subgroup?.max ? subgroup?.min : undefined;
  return MEASURED.find((one) => one.adapter.test(words) && one.subgroup === lanes)?.choices;
}

/** @throws GradfoldError for a profile of another version or adapter: its choices may not even run here. */
export function checkProfile(profile: Profile, info: Profile['adapter']): void {
  const { version, adapter, rows } = profile;
  if (version !== PROFILE_VERSION) {
    throw new GradfoldError(
      `createBackend: profile has version ${version}, expected ${PROFILE_VERSION}; run gradfold tune again`,
    );
  }
  const nameOf = ({ vendor, architecture, description }: Profile['adapter']) =>
    [vendor, architecture, description].filter(Boolean).join(' ');
  if (!adapter || nameOf(adapter) !== nameOf(info)) {
    throw new GradfoldError(
      `createBackend: profile is for adapter '${adapter ? nameOf(adapter) : 'none'}', expected '${nameOf(info)}', this adapter`,
    );
  }
  const isPower = (value: unknown) =>
    Number.isInteger(value) && (value as number) > 0 && Math.log2(value as number) % 1 === 0;
  const isEntry = ({ cols, lanesPerRow, rowsPerWorkgroup, vectorsPerLane, mostInRegisters }: Choices['rows'][number]) =>
    Number.isInteger(cols) &&
    isPower(lanesPerRow) &&
    isPower(rowsPerWorkgroup) &&
    isPower(vectorsPerLane) &&
    Number.isInteger(mostInRegisters);
  if (!Array.isArray(rows) || rows.length === 0 || !rows.every(isEntry)) {
    throw new GradfoldError(
      'createBackend: profile.rows is damaged, expected entries of cols, lanesPerRow, rowsPerWorkgroup, vectorsPerLane and mostInRegisters; run gradfold tune again',
    );
  }
}
