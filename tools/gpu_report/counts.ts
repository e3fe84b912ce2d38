import type { CompiledKernel, CompiledLaunch } from './compile.ts';
import type { Dump } from './dump.ts';
import { type Instruction, parseCode } from './machine_code.ts';
import { type Turns, turnsOf } from './turns.ts';

/** What the waves of a launch execute. */
export interface Counts {
  readonly waveSize: 32 | 64;
  readonly lanesPerGroup: number;
  /** Vector and memory instructions of a wave, on average. */
  readonly vector: number;
  readonly memory: number;
  readonly unknownLoop: boolean;
  /** Issue slots of all waves: where data decides, with the code behind a branch, and without it. */
  readonly slots: number;
  readonly otherSlots: number;
  /** How often a wave executes each instruction, on average. */
  readonly turns: readonly number[];
}

const GROUPS = 5;
const WAVES = 3;

/**
 * Follows waves of a launch through its machine code: the first, the last and some between, of the first, the last and
 * some workgroups between. The data is finite. Where only data decides about a branch, all
 * lanes of a wave agree, and the code behind it is executed.
 */
export function countsOf(
  { code, given }: Dump,
  { lanesPerGroup }: CompiledKernel,
  launch: CompiledLaunch,
  lanesPerSlot: 32 | 64,
): Counts {
  const parsed = parseCode(code);
  const { instructions, waveSize } = parsed;
  const waves = Math.ceil(lanesPerGroup / waveSize);
  const followed = spread(launch.groups, GROUPS).flatMap((group) =>
    spread(waves, WAVES).map((wave) => ({ group, wave })),
  );
  const sizes = { lanesPerGroup, lanesPerSlot };
  const runs = (undecided: 'enter' | 'skip') =>
    followed.map((place) => turnsOf(parsed, given, sizes, launch, { ...place, undecided }));
  const entered = runs('enter');
  const skipped = entered.some(({ undecided }) => undecided.size > 0) ? runs('skip') : entered;
  const slotsOf = (turns: readonly Turns[]) =>
    (launch.groups * waves * turns.reduce((sum, { slots }) => sum + slots, 0)) / turns.length;
  const perWave = (turns: readonly Turns[], counts: (instruction: Instruction) => boolean) =>
    turns.reduce((sum, run) => sum + total(run, instructions, counts), 0) / turns.length;
  return {
    waveSize,
    lanesPerGroup,
    vector: perWave(entered, isVector),
    memory: perWave(entered, ({ op }) => /^(buffer|global|flat|scratch)_/.test(op)),
    unknownLoop: entered.some(({ unknownLoop }) => unknownLoop),
    slots: slotsOf(entered),
    otherSlots: slotsOf(skipped),
    turns: instructions.map(
      (_, at) => entered.reduce((sum, { counts }) => sum + (counts[at] as number), 0) / entered.length,
    ),
  };
}

function isVector({ op }: Instruction): boolean {
  return op.startsWith('v_');
}

function total(
  { counts }: Turns,
  instructions: readonly Instruction[],
  of: (instruction: Instruction) => boolean,
): number {
  return instructions.reduce((sum, instruction, at) => (of(instruction) ? sum + (counts[at] as number) : sum), 0);
}

/** Returns up to `most` numbers below `count`, with the first and the last. */
function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, at) => at);
  return Array.from({ length: most }, (_, at) => Math.round((at * (count - 1)) / (most - 1)));
}
