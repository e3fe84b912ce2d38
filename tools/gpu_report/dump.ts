import { argumentsOf, type Registers } from './machine_code.ts';
import { MARK } from './mark.ts';

/** What the compiler said of one kernel. */
export interface Dump {
  /** Its statistics by name, such as `VGPRs`. */
  readonly stats: Readonly<Record<string, number>>;
  /** The scalar registers that it finds set. */
  readonly given: readonly Registers[];
  /** The lines of its machine code. */
  readonly code: readonly string[];
}

/** Reads what the compiler wrote to standard error: the first shader after each mark is the kernel's. */
export function readDumps(text: string): ReadonlyMap<number, Dump> {
  const dumps = new Map<number, Dump>();
  for (const part of `\n${text}`.split(`\n${MARK}`).slice(1)) {
    const lines = part.split('\n');
    const code = codeIn(lines);
    const stats = statsIn(lines);
    if (code && stats) dumps.set(Number.parseInt(lines[0] as string, 10), { stats, given: argumentsOf(lines), code });
  }
  return dumps;
}

/** The disassembly, or the compiler's own form of it for chips that the disassembler does not know. */
function codeIn(lines: readonly string[]): readonly string[] | undefined {
  const start = lines.indexOf('disasm:');
  if (start < 0) return undefined;
  const own = lines.indexOf('After lowering to hw instructions:', start);
  const from = (own >= 0 && own < start + 4 ? own : start) + 1;
  const end = lines.findIndex((line, at) => at >= from && /^\s*s_endpgm\b/.test(line));
  return lines.slice(from, end < 0 ? undefined : end + 1).filter((line) => line.trim() !== '');
}

function statsIn(lines: readonly string[]): Readonly<Record<string, number>> | undefined {
  const start = lines.indexOf('*** SHADER STATS ***');
  if (start < 0) return undefined;
  const end = lines.findIndex((line, at) => at > start && line.startsWith('****'));
  return Object.fromEntries(
    lines.slice(start + 1, end).flatMap((line) => {
      const [name, value] = line.split(': ');
      return name !== undefined && value !== undefined ? [[name, Number(value)]] : [];
    }),
  );
}
