import { bareTable } from '../../src/cli/table.ts';
import { isInstruction } from './machine_code.ts';
import type { CallReport, FamilyReport, KernelReport } from './report.ts';

/** Returns the report of a family as a table: a line a kernel, the first of a call with the call's own figure. */
export function renderFamily({ family, adapter, calls }: FamilyReport): string {
  const right = (head: string) => [head, 'right'] as const;
  const rows = calls.flatMap(({ op, dtype, shape, kernels, ...figures }) =>
    kernels.map((kernel, index) => [
      index === 0 ? `${op} ${dtype} ${shape.join('x')}` : '',
      index === 0 ? figureOf(figures, kernels) : '',
      ...cellsOf(kernel),
    ]),
  );
  const heads = ['registers', 'spilled', 'scratch', 'lanes', 'waves', 'LDS', 'vector', 'memory'];
  const columns = ['call', right('B/instr.'), 'kernel', ...heads.map(right), 'loads', 'stores'];
  return `${family.title} (${family.name}): ${adapter.description}\n${bareTable(columns, rows)}`;
}

/** Bytes an instruction; with a `~` if data may make it noticeably less, or decides how often a loop turns. */
export function figureOf(
  { bytesPerInstruction, otherwise }: Pick<CallReport, 'bytesPerInstruction' | 'otherwise'>,
  kernels: readonly KernelReport[],
  decimals = 1,
): string {
  const unsure = otherwise < 0.95 * bytesPerInstruction || kernels.some(({ unknownLoop }) => unknownLoop);
  return `${unsure ? '~' : ''}${bytesPerInstruction.toFixed(decimals)}`;
}

function cellsOf(kernel: KernelReport) {
  const { entry, registers, spilled, scratch, waves, lds, vector, memory, loads, stores } = kernel;
  const counts = [registers, spilled, scratch, lanesOf(kernel), waves, lds, vector.toFixed(0), memory.toFixed(0)];
  return [entry, ...counts, widths(loads), widths(stores)];
}

/** Lanes of a workgroup, and of a wave where that has more. */
function lanesOf({ lanesPerGroup, waveSize }: KernelReport): string {
  return lanesPerGroup < waveSize ? `${lanesPerGroup} of ${waveSize}` : String(lanesPerGroup);
}

function widths(counts: Readonly<Record<number, number>>): string {
  return Object.entries(counts)
    .reverse()
    .map(([bytes, count]) => `${count}×${bytes}`)
    .join(' ');
}

/** Returns the machine code of each kernel of the calls, with how often a wave executes each instruction. */
export function renderCode({ family, calls }: FamilyReport): string {
  const lines = calls.flatMap(({ op, dtype, shape, kernels }) =>
    kernels.flatMap(({ entry, code, turns }) => {
      let next = 0;
      const counted = code.map((line) => (isInstruction(line) ? `${turnsText(turns[next++] ?? 0)}${line}` : line));
      return [`; ${family.title}: ${entry} of ${op} ${dtype} ${shape.join('x')}`, ...counted, ''];
    }),
  );
  return lines.join('\n');
}

function turnsText(turns: number): string {
  return String(Number(turns.toFixed(2))).padStart(7);
}
