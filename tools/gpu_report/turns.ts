import type { CompiledLaunch } from './compile.ts';
import { execute } from './execute.ts';
import { EXEC, type Instruction, type MachineCode, type Registers, SCC, TTMP0 } from './machine_code.ts';
import { known, type Tag, Wave } from './wave.ts';

/** How often a wave executes each instruction of a kernel. */
export interface Turns {
  readonly counts: readonly number[];
  /** Issue slots of the vector instructions: one for each half of 32 lanes, if slots are of 32. */
  readonly slots: number;
  /** Branches of which only data decides, by instruction. */
  readonly undecided: ReadonlySet<number>;
  /** Whether data decides how often a loop turns; it is counted once. */
  readonly unknownLoop: boolean;
}

/** The wave that is followed, and what decides of it. */
export interface Place {
  readonly group: number;
  readonly wave: number;
  /** What to do where data decides: enter the code behind a branch, or skip it. All lanes agree. */
  readonly undecided: 'enter' | 'skip';
}

const MOST_STEPS = 2_000_000;

/** Follows one wave through a kernel. Everything that does not depend on data is computed; data is unknown. */
export function turnsOf(
  code: MachineCode,
  scalars: readonly Registers[],
  { lanesPerGroup, lanesPerSlot }: { readonly lanesPerGroup: number; readonly lanesPerSlot: 32 | 64 },
  { grid, params }: CompiledLaunch,
  { group, wave: number, undecided: policy }: Place,
): Turns {
  const wave = new Wave(code.waveSize);
  prepare(wave, scalars, grid, lanesPerGroup, group, number);
  const counts = new Array<number>(code.instructions.length).fill(0);
  const undecided = new Set<number>();
  const loops = loopsOf(code.instructions);
  let unknownLoop = false;
  let slots = 0;
  for (let at = 0, steps = 0; at < code.instructions.length; steps++) {
    if (steps > MOST_STEPS) throw new Error('gpu:report: a kernel does not end');
    const instruction = code.instructions[at] as Instruction;
    counts[at] = (counts[at] as number) + 1;
    if (instruction.op.startsWith('v_')) slots += lanesPerSlot === 32 ? wave.activeHalves : 1;
    if (instruction.op === 's_endpgm') break;
    if (instruction.target === undefined) {
      execute(wave, instruction, { parameters: params, grid });
      at++;
      continue;
    }
    let taken = isTaken(wave, instruction.op);
    if (taken === undefined) {
      undecided.add(at);
      const leaves = loops.some(
        ({ first, last }) => first <= at && at <= last && (instruction.target as number) > last,
      );
      const repeats = instruction.target <= at;
      if (leaves || repeats) {
        unknownLoop = true;
        taken = leaves && (counts[at] as number) > 1;
      } else {
        if (/exec/.test(instruction.op)) wave.agree(policy === 'enter');
        taken = policy === 'skip';
      }
    }
    at = taken ? instruction.target : at + 1;
  }
  return { counts, slots, undecided, unknownLoop };
}

function isTaken(wave: Wave, op: string): boolean | undefined {
  const [, of, value] = /^s_cbranch_(scc|exec|vcc)(z|nz|0|1)$/.exec(op) ?? [];
  if (of === undefined) return true;
  const zero = wave.isZero(of === 'scc' ? SCC : of === 'exec' ? EXEC : 106);
  if (zero === undefined) return undefined;
  return value === 'z' || value === '0' ? zero : !zero;
}

/** Returns the ranges of instructions that a branch backward repeats. */
function loopsOf(instructions: readonly Instruction[]): { readonly first: number; readonly last: number }[] {
  return instructions.flatMap(({ target }, last) =>
    target !== undefined && target <= last ? [{ first: target, last }] : [],
  );
}

/**
 * Sets the registers at the start: two words of a pointer, the descriptors, the parameters' descriptor, the grid or a
 * pointer to it, the workgroup's place in it, and how many waves it has; RDNA 4 has the last two in registers of its own.
 */
function prepare(
  wave: Wave,
  scalars: readonly Registers[],
  grid: readonly number[],
  lanesPerGroup: number,
  group: number,
  number: number,
): void {
  const [x, y] = [group % (grid[0] as number), Math.floor(group / (grid[0] as number))];
  const waves = Math.ceil(lanesPerGroup / wave.size);
  const place = waves | (number << 6) | (number << 20);
  const [, , dynamic, ...rest] = scalars;
  const tag = (at: number, name: Tag) => wave.setScalar(at, wave.scalar(at), name);
  if (dynamic) tag(dynamic.index, 'parameter descriptors');
  const hasGrid = (rest[0]?.count ?? 1) > 1;
  if (rest[0]?.count === 3) {
    for (const [part, size] of grid.entries()) wave.setScalar(rest[0].index + part, known(size));
    rest.shift();
  } else if (rest[0]?.count === 2) tag((rest.shift() as Registers).index, 'grid');
  const own = rest.filter(({ index }) => index < TTMP0);
  const onNewest = own.length < rest.length;
  const given = onNewest ? [place] : hasGrid ? [x, y, place] : [x, place];
  for (const [at, value] of given.entries()) if (own[at]) wave.setScalar(own[at].index, known(value));
  if (onNewest) {
    wave.setScalar(TTMP0 + 9, known(x));
    wave.setScalar(TTMP0 + 8, known(number << 25));
    wave.setScalar(TTMP0 + 7, known(y));
  }
  const lanes = Math.min(wave.size, lanesPerGroup - number * wave.size);
  wave.setMask(EXEC, () => true);
  for (const index of [1, 2]) wave.setLanes(index, () => 0);
  wave.setLanes(0, (lane) => number * wave.size + lane);
  wave.setMask(EXEC, (lane) => lane < lanes);
}
