import { COMPARES, SCALAR, SCC_OF, VECTOR, WIDE } from './arithmetic.ts';
import { compared } from './compare.ts';
import { EXEC, type Instruction, type Operand, SCC } from './machine_code.ts';
import { isFloat, joined, known, type Tag, UNKNOWN, type Value, type Wave, type Word } from './wave.ts';

/** What memory holds at the start that is the same for all lanes: the parameters, and the grid where it is not in registers. */
export type Constants = Readonly<Record<'parameters' | 'grid', readonly number[]>>;

/** Executes one instruction that is not a branch. What it does not follow becomes unknown. */
export function execute(wave: Wave, instruction: Instruction, constants: Constants): void {
  const { op } = instruction;
  if (/^s_(buffer_)?load_/.test(op)) loadScalars(wave, instruction, constants);
  else if (/^(s_|v_s_)/.test(op)) executeScalar(wave, instruction);
  else if (op.startsWith('v_')) executeVector(wave, instruction);
  else if (/^(buffer|global|flat)_load/.test(op)) setAll(wave, instruction, 'finite');
  else if (/^ds_(read|load)/.test(op)) setAll(wave, instruction, wave.shared);
  else if (/^ds_(write|store)/.test(op)) storeShared(wave, instruction);
  else setAll(wave, instruction, undefined);
}

function setAll(wave: Wave, { defs }: Instruction, value: Value): void {
  for (const def of defs)
    if (def.kind === 'vector')
      for (let part = 0; part < def.count; part++) wave.setLanes(def.index + part, () => value);
}

/** Other waves store what this one does, somewhere: only what all that is stored has in common is known. */
function storeShared(wave: Wave, { uses: [, ...data] }: Instruction): void {
  for (const operand of data) {
    if (operand.kind !== 'vector') continue;
    for (let part = 0; part < operand.count; part++)
      for (let lane = 0; lane < wave.size; lane++) {
        const own = { ...operand, index: operand.index + part };
        if (wave.active(lane) !== false) wave.shared = joined(wave.shared, wave.lane(own, lane));
      }
  }
}

/** Everything that an instruction writes becomes unknown. */
function forget(wave: Wave, { op, defs }: Instruction): void {
  for (const def of defs) {
    if (def.kind === 'scalar') for (let part = 0; part < def.count; part++) wave.setScalar(def.index + part, UNKNOWN);
    if (def.kind === 'vector')
      for (let part = 0; part < def.count; part++) wave.setLanes(def.index + part, () => undefined);
  }
  if (op.startsWith('s_') && !KEEPS_SCC.test(op)) wave.setScalar(SCC, UNKNOWN);
}

const KEEPS_SCC =
  /^s_(mov|cmov|cselect|mul|load|buffer_load|pack|bfm|brev|sext|getreg|setreg|waitcnt|wait_|nop|clause|delay|barrier|branch|cbranch|endpgm|sendmsg|sleep|setprio|inst_prefetch|ff1|flbit|ctz|clz|bitset|(add|sub|mul|max|min|fmac|fma\w*|cvt\w*|ceil|floor|trunc|rndne)_[fi]?f?(16|32)_?f?\d*$)/;

function executeVector(wave: Wave, instruction: Instruction): void {
  const { op, defs, uses, modified } = instruction;
  const [def] = defs;
  const [a, b] = uses;
  const compare = /^v_cmpx?_(\w+)$/.exec(op)?.[1];
  const count = /^v_mbcnt_(lo|hi)_u32_b32$/.exec(op)?.[1];
  if (compare) compareLanes(wave, instruction, compare);
  else if (/^v_read(first)?lane_b32$/.test(op)) {
    if (def?.kind === 'scalar') wave.setValue(def.index, laneRead(wave, op, a, b));
  } else if (def?.kind !== 'vector' || def.count !== 1 || defs.length > 1) forget(wave, instruction);
  else if (modified || op.startsWith('v_permlane')) acrossLanes(wave, instruction, def.index);
  else if (op === 'v_cndmask_b32') selectLanes(wave, def.index, uses);
  else if (count) countLanes(wave, def.index, a, b, count === 'lo' ? 0 : 32);
  else
    wave.setLanes(def.index, (lane) =>
      computed(
        op,
        uses.map((operand) => wave.lane(operand, lane)),
      ),
    );
}

/** Returns what a vector instruction makes of values. Floats that data determines stay finite. */
function computed(op: string, values: readonly Value[]): Value {
  const compute = VECTOR[op];
  const [a, b, c] = values;
  const words = values.slice(0, compute?.length);
  if (compute && words.every((value) => typeof value === 'number')) {
    return compute(a as number, (b ?? 0) as number, (c ?? 0) as number) >>> 0;
  }
  // What takes the sign away, and what keeps the largest.
  const isMask = (value: Value) => value === 0x7fffffff;
  if (op === 'v_and_b32' && ((isMask(a) && isFloat(b)) || (isMask(b) && isFloat(a)))) return 'magnitude';
  if (/^v_(max|min)3?_u32$/.test(op) && values.every(isMagnitude)) return 'magnitude';
  if (/^v_(max|min)3?_[iu]32$|^v_mov_b32$/.test(op)) return values.every(isFloat) ? 'finite' : undefined;
  // An exponent is added to that of a float.
  if (op === 'v_lshl_add_u32' && b === 23 && isFloat(c)) return 'finite';
  const ofFloats = /_f(16|32)(_f(16|32))?$|^v_cvt_f32_/.test(op) && !/^v_cvt_(pk|u|i)/.test(op);
  return ofFloats && values.every((value) => isFloat(value)) ? 'finite' : undefined;
}

function isMagnitude(value: Value): boolean {
  return value === 'magnitude' || (typeof value === 'number' && value < 0x7f000000);
}

/** An instruction that takes operands from other lanes: followed only where all lanes hold the same. */
function acrossLanes(wave: Wave, { op, uses }: Instruction, index: number): void {
  const common = uses.map((operand) => {
    let value = wave.lane(operand, 0);
    for (let lane = 1; lane < wave.size; lane++) value = joined(value, wave.lane(operand, lane));
    return value;
  });
  const result = op.startsWith('v_permlane') ? common[0] : computed(op, common);
  wave.setLanes(index, () => result);
}

/** A comparison has no bit for lanes that are not active. */
function compareLanes(wave: Wave, { op, defs, uses: [a, b] }: Instruction, compare: string): void {
  const bitOf = (lane: number): boolean | undefined => {
    const active = wave.active(lane);
    if (active === false) return false;
    const bit = compared(compare, wave.lane(a, lane), wave.lane(b, lane));
    return active || bit === false ? bit : undefined;
  };
  const bits = Array.from({ length: wave.size }, (_, lane) => bitOf(lane));
  for (const def of defs) if (def.kind === 'scalar') wave.setMask(def.index, (lane) => bits[lane]);
  if (op.startsWith('v_cmpx')) wave.setMask(EXEC, (lane) => bits[lane]);
}

function selectLanes(wave: Wave, index: number, [a, b, mask]: readonly Operand[]): void {
  wave.setLanes(index, (lane) => {
    const takes = mask?.kind === 'scalar' ? wave.bit(mask.index, lane) : undefined;
    const [x, y] = [wave.lane(a, lane), wave.lane(b, lane)];
    return takes === undefined ? joined(x, y) : takes ? y : x;
  });
}

/** Adds the number of bits of a mask below each lane. The mask covers the lanes from `from` on. */
function countLanes(
  wave: Wave,
  index: number,
  mask: Operand | undefined,
  add: Operand | undefined,
  from: 0 | 32,
): void {
  const { bits, unknown } = wave.word(mask);
  wave.setLanes(index, (lane) => {
    const before = Math.min(Math.max(lane - from, 0), 32);
    const below = before === 32 ? 0xffffffff : 2 ** before - 1;
    const base = wave.lane(add, lane);
    return typeof base !== 'number' || (unknown & below) !== 0 ? undefined : base + ones(bits & below);
  });
}

function ones(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}

function laneRead(wave: Wave, op: string, source: Operand | undefined, lane: Operand | undefined): Value {
  if (op === 'v_readlane_b32') {
    const { bits, unknown } = wave.word(lane);
    return unknown === 0 ? wave.lane(source, bits % wave.size) : undefined;
  }
  // The first active lane; where that is unknown, all that may be it.
  let value: Value;
  let seen = false;
  for (let at = 0; at < wave.size; at++) {
    const active = wave.active(at);
    if (active === false) continue;
    value = seen ? joined(value, wave.lane(source, at)) : wave.lane(source, at);
    seen = true;
    if (active) break;
  }
  return value;
}

function loadScalars(wave: Wave, { op, defs: [def], uses: [base, offset] }: Instruction, constants: Constants): void {
  if (def?.kind !== 'scalar') return;
  const tag = base?.kind === 'scalar' ? wave.tagOf(base.index) : undefined;
  const { bits, unknown } = offset?.kind === 'other' ? known(0) : wave.word(offset);
  const loads: Tag | undefined = op.startsWith('s_buffer') || tag === 'grid' ? tag : undefined;
  for (let part = 0; part < def.count; part++) {
    const value = loads === 'parameters' || loads === 'grid' ? constants[loads][bits / 4 + part] : undefined;
    const describes = !op.startsWith('s_buffer') && tag === 'parameter descriptors' ? 'parameters' : undefined;
    wave.setScalar(def.index + part, value === undefined || unknown !== 0 ? UNKNOWN : known(value), describes);
  }
}

/** Bitwise on words of which some bits are unknown. */
const BITWISE: Readonly<Record<string, (a: Word, b: Word) => Word>> = {
  and: (a, b) => and(a, b),
  or: (a, b) => not(and(not(a), not(b))),
  xor: (a, b) => {
    const unknown = (a.unknown | b.unknown) >>> 0;
    return { bits: ((a.bits ^ b.bits) & ~unknown) >>> 0, unknown };
  },
  andn2: (a, b) => and(a, not(b)),
  orn2: (a, b) => not(and(not(a), b)),
  nand: (a, b) => not(and(a, b)),
  nor: (a, b) => and(not(a), not(b)),
};

function and(a: Word, b: Word): Word {
  const maybe = (a.bits | a.unknown) & (b.bits | b.unknown);
  const bits = a.bits & b.bits;
  return { bits: bits >>> 0, unknown: (maybe & ~bits) >>> 0 };
}

function not({ bits, unknown }: Word): Word {
  return { bits: (~bits & ~unknown) >>> 0, unknown };
}

function executeScalar(wave: Wave, instruction: Instruction): void {
  const { op, defs, uses } = instruction;
  const [def] = defs;
  const [a, b] = uses;
  const compare = /^s_cmpk?_(\w+)$/.exec(op)?.[1];
  const [, bitwise = '', saves, size] = /^s_(and|or|xor|andn2|orn2|nand|nor)(_saveexec)?_b(32|64)$/.exec(op) ?? [];
  const [, moved, words] = /^s_(mov|cselect|not)_b(32|64)$/.exec(op) ?? [];
  const count = words === '64' ? 2 : 1;
  if (compare)
    setScc(
      wave,
      compare.endsWith('64') ? comparedPairs(wave, compare, a, b) : compared(compare, wave.lane(a, 0), wave.lane(b, 0)),
    );
  else if (/^s_bitcmp[01]_b32$/.test(op))
    setScc(wave, testedBit(wave.word(a), wave.word(b), op.startsWith('s_bitcmp1')));
  else if (def?.kind !== 'scalar') forget(wave, instruction);
  else if (bitwise) combineMasks(wave, def.index, bitwise, saves !== undefined, [a, b], Number(size) / 32);
  else if (moved === 'mov') copyWords(wave, def.index, a, count);
  else if (moved === 'cselect') selectWords(wave, def.index, a, b, count);
  else if (moved === 'not') invertWords(wave, def.index, a, count);
  else if (op in WIDE) computeTwoWords(wave, instruction, def.index);
  else computeWord(wave, instruction, def.index);
}

function computeTwoWords(wave: Wave, instruction: Instruction, index: number): void {
  const { words, of } = WIDE[instruction.op] as (typeof WIDE)[string];
  const [a, b] = words.map((count, at) =>
    Array.from({ length: count }, (_, part) => wave.word(instruction.uses[at], part)),
  );
  forget(wave, instruction);
  const given = [...(a as Word[]), ...(b as Word[])];
  if (given.some(({ unknown }) => unknown !== 0)) return;
  const whole = ([low, high]: readonly Word[]) => BigInt((low as Word).bits) + (BigInt(high?.bits ?? 0) << 32n);
  const result = of(whole(a as Word[]), whole(b as Word[]));
  for (const part of [0, 1]) wave.setScalar(index + part, known(Number((result >> BigInt(32 * part)) & 0xffffffffn)));
  if (!KEEPS_SCC.test(instruction.op)) setScc(wave, BigInt.asUintN(64, result) !== 0n);
}

function testedBit(word: Word, at: Word, wanted: boolean): boolean | undefined {
  const bit = 1 << (at.bits & 31);
  if (at.unknown !== 0 || (word.unknown & bit) !== 0) return undefined;
  return ((word.bits & bit) !== 0) === wanted;
}

function selectWords(wave: Wave, index: number, a: Operand | undefined, b: Operand | undefined, count: number): void {
  const takesSecond = wave.isZero(SCC);
  for (let part = 0; part < count; part++) {
    const [x, y] = [wave.word(a, part), wave.word(b, part)];
    wave.setScalar(index + part, takesSecond === undefined ? either(x, y) : takesSecond ? y : x);
  }
}

function invertWords(wave: Wave, index: number, a: Operand | undefined, count: number): void {
  const results = Array.from({ length: count }, (_, part) => not(wave.word(a, part)));
  for (const [part, result] of results.entries()) wave.setScalar(index + part, result);
  setScc(wave, isSet(results));
}

function computeWord(wave: Wave, instruction: Instruction, index: number): void {
  const { op, defs, uses } = instruction;
  const compute = SCALAR[op];
  // `s_addk_i32 s0, 4` reads what it writes; Mesa's listing names it twice.
  const operands = /^s_(add|mul)k_/.test(op) && uses.length < 2 ? [...defs.slice(0, 1), ...uses] : uses;
  const [x, y] = [wave.word(operands[0]), operands.length > 1 ? wave.word(operands[1]) : known(0)];
  if (!compute || x.unknown !== 0 || y.unknown !== 0) {
    const value = computed(
      op.replace(/^(s_|v_s_)/, 'v_'),
      operands.map((operand) => wave.lane(operand, 0)),
    );
    forget(wave, instruction);
    if (typeof value !== 'number') wave.setValue(index, value);
    return;
  }
  const result = compute(x.bits, y.bits, 0) >>> 0;
  wave.setScalar(index, known(result));
  const scc = SCC_OF[op];
  if (scc) setScc(wave, scc(x.bits, y.bits, result));
}

function copyWords(wave: Wave, index: number, from: Operand | undefined, words: number): void {
  const copies = Array.from({ length: words }, (_, part) => wave.word(from, part));
  const tags = copies.map((_, part) => (from?.kind === 'scalar' ? wave.tagOf(from.index + part) : undefined));
  for (const [part, word] of copies.entries()) wave.setScalar(index + part, word, tags[part]);
}

/** `saves`: the second operand is the mask of active lanes, which gets the result; its old value is written. */
function combineMasks(
  wave: Wave,
  index: number,
  how: string,
  saves: boolean,
  [a, b]: readonly (Operand | undefined)[],
  words: number,
): void {
  const combine = BITWISE[how] as (a: Word, b: Word) => Word;
  const active = Array.from({ length: words }, (_, part) => wave.scalar(EXEC + part));
  const results = active.map((mask, part) => combine(wave.word(a, part), saves ? mask : wave.word(b, part)));
  for (const [part, result] of results.entries()) {
    if (saves) wave.setScalar(index + part, active[part] as Word);
    wave.setScalar(saves ? EXEC + part : index + part, result);
  }
  setScc(wave, isSet(results));
}

/** Whether a bit is set; undefined if only data decides. */
function isSet(words: readonly Word[]): boolean | undefined {
  if (words.some(({ bits }) => bits !== 0)) return true;
  return words.some(({ unknown }) => unknown !== 0) ? undefined : false;
}

function comparedPairs(
  wave: Wave,
  compare: string,
  a: Operand | undefined,
  b: Operand | undefined,
): boolean | undefined {
  const holds = COMPARES[compare];
  const [x, y] = [a, b].map((operand) => [0, 1].map((part) => wave.word(operand, part))) as [Word[], Word[]];
  if (!holds || [...x, ...y].some(({ unknown }) => unknown !== 0)) return undefined;
  const whole = ([low, high]: readonly Word[]) => (low as Word).bits + 2 ** 32 * (high as Word).bits;
  return holds(whole(x), whole(y));
}

function either(a: Word, b: Word): Word {
  const unknown = (a.unknown | b.unknown | (a.bits ^ b.bits)) >>> 0;
  return { bits: (a.bits & ~unknown) >>> 0, unknown };
}

function setScc(wave: Wave, value: boolean | undefined): void {
  wave.setScalar(SCC, value === undefined ? { bits: 0, unknown: 1 } : known(value ? 1 : 0));
}
