import type { Backend } from '../src/index.ts';
import { choiceFor, mostInRegistersOf } from '../src/plan/choices.ts';
import type { Machine } from '../src/plan/machine.ts';
import type { RowChoice } from '../src/plan/profiles.ts';
import { chooseTeam } from '../src/plan/rows.ts';
import type { Results } from './case.ts';

/** Every choice that is worth trying on this adapter for rows of `cols` columns. */
export function candidates(machine: Machine, cols: number): RowChoice[] {
  const { kind, subgroup, maxInvocations } = machine;
  const choices: RowChoice[] = [];
  const mostInRegisters = mostInRegistersOf(machine);
  const blocks = kind === 'cpu' ? [2, 4, 8] : [4, 8];
  const add = (lanesPerRow: number, teams: number[]) => {
    // Every lane needs a vector.
    if (lanesPerRow > maxInvocations || (lanesPerRow > 1 && 4 * lanesPerRow > cols)) return;
    for (const side of teams)
      for (const vectorsPerLane of blocks)
        if (lanesPerRow * side <= maxInvocations)
          choices.push({ lanesPerRow, rowsPerWorkgroup: side, vectorsPerLane, mostInRegisters });
  };
  if (cols <= 4096) add(1, [16, 64]);
  if (subgroup) add(subgroup.min, subgroup.min === subgroup.max ? [1, 4] : [1]);
  // On a processor every barrier costs more than a row.
  if (kind === 'gpu') for (let lanes = 8; lanes <= 512; lanes *= 2) if (lanes !== subgroup?.min) add(lanes, [1]);
  return choices;
}

/** The choice that plans make by default for rows of `cols` columns. */
export function builtInChoice(machine: Machine, cols: number): RowChoice {
  const { lanesPerRow, rowsPerWorkgroup, vectorsPerLane, mostInRegisters } = choiceFor(
    machine,
    cols,
    Math.ceil(cols / 4),
  );
  return { lanesPerRow, rowsPerWorkgroup, vectorsPerLane, mostInRegisters };
}

/** The other choices for this adapter that lead to distinct plans. */
export function otherChoices(machine: Machine, cols: number): RowChoice[] {
  const seen = new Set([planned(machine, cols, builtInChoice(machine, cols))]);
  return candidates(machine, cols).filter((choice) => {
    const plan = planned(machine, cols, choice);
    return !seen.has(plan) && seen.add(plan);
  });
}

/** The plan that a choice leads to. Different choices may lead to one plan: rows held in registers ignore the block size. */
function planned(own: Machine, cols: number, choice: RowChoice): string {
  const machine = withChoice(own, choice);
  return JSON.stringify([1, 2].map((operands) => chooseTeam(machine, { cols }, 1, operands)));
}

/** A machine that makes this choice for rows of any length. */
function withChoice(own: Machine, choice: RowChoice): Machine {
  return { ...own, choices: { rows: [{ cols: 0, ...choice }] } };
}

/** Describes a choice. */
export function wordsOf({ lanesPerRow, rowsPerWorkgroup, vectorsPerLane, mostInRegisters }: RowChoice): string {
  return `${lanesPerRow} ${lanesPerRow === 1 ? 'lane' : 'lanes'} per row, ${rowsPerWorkgroup} rows per workgroup, blocks of ${vectorsPerLane}, at most ${mostInRegisters} in registers`;
}

/** Wraps a call so that it is planned by another choice. */
export function asChosen(backend: Backend, choice: RowChoice, call: () => Results): () => Results {
  const { runtime } = backend;
  const machine = withChoice(runtime.machine, choice);
  return () => runtime.withMachine(machine, call);
}
