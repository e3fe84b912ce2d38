import { wordOf } from './arithmetic.ts';

/** Neighboring registers, as words. */
export interface Registers {
  readonly kind: 'scalar' | 'vector';
  readonly index: number;
  readonly count: number;
  /** Whether the sign of a float is changed on the way. */
  readonly signed?: boolean;
}

/** A register or a constant that an instruction names. */
export type Operand = Registers | { readonly kind: 'constant'; readonly value: number } | { readonly kind: 'other' };

export interface Instruction {
  /** The same for all chips, such as `v_add_u32`, without the encoding. */
  readonly op: string;
  readonly defs: readonly Operand[];
  readonly uses: readonly Operand[];
  /** Whether lanes read other lanes, or parts of words: what it computes is not followed. */
  readonly modified: boolean;
  /** Where a branch goes: an index into the instructions. */
  readonly target: number | undefined;
  readonly text: string;
}

export interface MachineCode {
  readonly instructions: readonly Instruction[];
  readonly waveSize: 32 | 64;
}

/** Scalar registers with names. */
export const VCC = 106;
export const TTMP0 = 108;
export const M0 = 125;
export const EXEC = 126;
export const SCC = 253;

/** Parses the lines of a kernel: LLVM's disassembly, or the listing of Mesa's compiler for chips that LLVM lacks. */
export function parseCode(lines: readonly string[]): MachineCode {
  const labels = new Map<string, number>();
  const statements: string[] = [];
  for (const line of lines) {
    const label = /^(BB\d+):?$/.exec(line.trim())?.[1];
    if (label) labels.set(label, statements.length);
    else if (isInstruction(line)) statements.push(line.trim());
  }
  const instructions = statements.map((text) => parseInstruction(text, labels));
  return { instructions, waveSize: waveSizeOf(instructions) };
}

/** Whether a line is an instruction, not a label or a remark. */
export function isInstruction(line: string): boolean {
  return /^\s+\S/.test(line);
}

function parseInstruction(text: string, labels: ReadonlyMap<string, number>): Instruction {
  const target = labels.get(/^s_c?branch\w* (?:block:)?(BB\d+)/.exec(text)?.[1] ?? '');
  const own = /^(.*?) = (\w+) ?(.*)$/.exec(text);
  // Mesa's listing names what is written first; it has no comments.
  if (own || text.includes('%')) {
    const [, written = '', op = '', read = ''] = own ?? [
      undefined,
      '',
      ...(/^(\w+) ?(.*)$/.exec(text)?.slice(1) ?? []),
    ];
    return { ...common(op, read, text), defs: operandsOf(written), uses: operandsOf(read), target };
  }
  const [, op = '', rest = ''] = /^(\w+) ?([^;]*)/.exec(text) ?? [];
  // Two instructions in one: each writes its first operand.
  const second = /:: \w+ (\S+),/.exec(rest)?.[1];
  if (second)
    return { ...common(op, rest, text), defs: operandsOf(`${rest.split(',')[0]}, ${second}`), uses: [], target };
  const operands = operandsOf(rest);
  const count = writtenBy(op, operands.length);
  return { ...common(op, rest, text), defs: operands.slice(0, count), uses: operands.slice(count), target };
}

function common(op: string, operands: string, text: string) {
  const modified =
    /_(dpp|dpp8|sdwa)$/.test(op) || /::|\b(row_|quad_perm|dpp8|wave_|\w+_sel)|^s_.* offset:/.test(`${op} ${operands}`);
  return { op: nameOf(op), modified, text };
}

function nameOf(op: string): string {
  return op
    .replace(/(_e32|_e64|_dpp|_dpp8|_sdwa)+$/, '')
    .replace('_nc_', '_')
    .replace('_not1_', 'n2_')
    .replace(/^s_(and|or)_not1_/, 's_$1n2_');
}

const WRITES_NONE =
  /^(s_(cbranch|branch|waitcnt|wait_|nop|barrier|clause|delay_alu|endpgm|sendmsg|sleep|setprio|setreg|inst_prefetch|set_inst_prefetch|dcache|icache|cmp|bitcmp|trap|code_end)|(buffer|global|flat|scratch)_(store|wbinvl|gl)|ds_(write|store)|v_nop)/;

/** Returns how many operands of an instruction in LLVM's disassembly are written. The condition code is implied. */
function writtenBy(op: string, operands: number): number {
  if (WRITES_NONE.test(op) || (op.startsWith('v_cmpx') && operands < 3)) return 0;
  return /^v_(\w+_co_|div_scale|mad_u64|mad_i64|swap)/.test(op) ? 2 : 1;
}

/** Returns the scalar registers that a kernel finds set, in order, from the compiler's list of its arguments. */
export function argumentsOf(lines: readonly string[]): readonly Registers[] {
  const list = lines.find((line) => line.includes('= p_startpgm')) ?? '';
  return operandsOf(list.split('=')[0] as string).filter((operand): operand is Registers => operand.kind === 'scalar');
}

/** Operands are separated by commas, or, after the last, by modifiers, which are dropped. */
function operandsOf(text: string): Operand[] {
  const bare = text.replace(/\s\w+:\[[^\]]*\]/g, '').replace(/\b(?:neg|abs)\(([^)]*)\)/g, '-$1');
  const parts = bare.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '').map((part) => operandOf(part));
}

const NAMED: Readonly<Record<string, readonly [index: number, count: number]>> = {
  vcc: [VCC, 2],
  vcc_lo: [VCC, 1],
  vcc_hi: [VCC + 1, 1],
  exec: [EXEC, 2],
  exec_lo: [EXEC, 1],
  exec_hi: [EXEC + 1, 1],
  m0: [M0, 1],
  scc: [SCC, 1],
  src_scc: [SCC, 1],
};

function operandOf(part: string): Operand {
  const [, bare] = /^-?\|?(.*[\w\]])\|?$/.exec(part) ?? [];
  if (bare === undefined || !/^-?\||^-[%sv]/.test(part)) return plainOperandOf(part);
  const operand = plainOperandOf(bare);
  return operand.kind === 'constant' || operand.kind === 'other' ? { kind: 'other' } : { ...operand, signed: true };
}

function plainOperandOf(part: string): Operand {
  // `s2: %38:vcc`, `(latekill)%13:s[0]`: what Mesa's compiler knows of a register besides its name.
  const [word = ''] = part.replace(/^(?:[sv]\d+b?: )?(?:\(\w+\))*(?:%\d+)?:?/, '').split(' ');
  const constant = /^(?:imm:)?(-?\d+|0x[0-9a-f]+)$/.exec(word)?.[1];
  if (constant !== undefined) return { kind: 'constant', value: Number(constant) >>> 0 };
  if (/^-?\d+\.\d+$/.test(word)) return { kind: 'constant', value: wordOf(Number(word)) };
  const named = NAMED[word];
  if (named) return { kind: 'scalar', index: named[0], count: named[1] };
  const [, file, first, last] = /^(s|v|ttmp)\[?(\d+)(?:[:-](\d+))?\]?$/.exec(word) ?? [];
  if (file === undefined) return { kind: 'other' };
  const index = Number(first) + (file === 'ttmp' ? TTMP0 : 0);
  const count = last === undefined ? 1 : Number(last) - Number(first) + 1;
  return { kind: file === 'v' ? 'vector' : 'scalar', index, count };
}

/** A comparison writes a bit a lane. */
function waveSizeOf(instructions: readonly Instruction[]): 32 | 64 {
  for (const { op, defs } of instructions) {
    const mask = /^v_cmp_/.test(op) ? defs[0] : undefined;
    if (mask?.kind === 'scalar') return mask.count === 1 ? 32 : 64;
    if (/^s_(and|or|andn2|mov)(_saveexec)?_b32$/.test(op) && isExec(defs[0])) return 32;
  }
  return 64;
}

function isExec(operand: Operand | undefined): boolean {
  return operand?.kind === 'scalar' && operand.index === EXEC;
}
