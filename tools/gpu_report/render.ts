import { bareTable } from '../../src/cli/table.ts';
import type { Compiled } from './compile.ts';
import type { Dump } from './dump.ts';
import type { FamilyReport, KernelReport } from './report.ts';

/** Returns the report of a family as a table: a line a kernel, the first of a call with the call's own figure. */
export function renderFamily({ family, adapter, calls }: FamilyReport): string {
  const right = (head: string) => [head, 'right'] as const;
  const rows = calls.flatMap(({ op, dtype, shape, bytesPerInstruction, kernels }) =>
    kernels.map((kernel, index) => [
      index === 0 ? `${op} ${dtype} ${shape.join('x')}` : '',
      index === 0 ? bytesPerInstruction.toFixed(1) : '',
      ...cellsOf(kernel),
    ]),
  );
  const heads = ['registers', 'spilled', 'scratch', 'waves', 'LDS', 'vector', 'memory'];
  const columns = ['call', right('B/instr.'), 'kernel', ...heads.map(right), 'loads', 'stores'];
  return `${family.title} (${family.name}): ${adapter.description}\n${bareTable(columns, rows)}`;
}

function cellsOf({ entry, registers, spilled, scratch, waves, lds, vector, memory, loads, stores }: KernelReport) {
  return [entry, registers, spilled, scratch, waves, lds, vector, memory, widths(loads), widths(stores)];
}

function widths(counts: Readonly<Record<number, number>>): string {
  return Object.entries(counts)
    .reverse()
    .map(([bytes, count]) => `${count}×${bytes}`)
    .join(' ');
}

/** Returns the machine code of all kernels. */
export function codeOf({ kernels }: Compiled, dumps: ReadonlyMap<number, Dump>): string {
  return kernels.flatMap(({ entry }, index) => [`; ${entry}`, ...(dumps.get(index)?.code ?? []), '']).join('\n');
}
