import { EXEC, type Operand, SCC } from './machine_code.ts';

/** A word of which some bits may be unknown. Where `unknown` has a bit, `bits` has none. */
export interface Word {
  readonly bits: number;
  readonly unknown: number;
}

export const UNKNOWN: Word = { bits: 0, unknown: 0xffffffff };

export const known = (bits: number): Word => ({ bits: bits >>> 0, unknown: 0 });

/**
 * What a lane holds: a word; a float of which only that it is finite is known, or its bits without the sign; or nothing
 * that is known.
 */
export type Value = number | 'finite' | 'magnitude' | undefined;

/** The kinds of values, as they are stored. */
const KINDS = ['word', undefined, 'finite', 'magnitude'] as const;
const NOTHING = KINDS.indexOf(undefined);

/** What is certain of a value that is one or the other. */
export function joined(a: Value, b: Value): Value {
  if (a === b) return a;
  return isFloat(a) && isFloat(b) ? 'finite' : undefined;
}

/** Whether a value is a finite float. */
export function isFloat(value: Value): boolean {
  return typeof value === 'number' ? (value & 0x7f800000) !== 0x7f800000 : value !== undefined;
}

const LANES = 64;
const VECTORS = 512;

/** What a scalar register holds that is no number: a pointer, the descriptor of the parameters, or some float. */
export type Tag = 'parameter descriptors' | 'parameters' | 'grid' | 'finite' | 'magnitude';

/**
 * The registers of a wave. What depends on data is unknown, scalar registers bit by bit, vector registers lane by lane.
 */
export class Wave {
  readonly size: 32 | 64;
  readonly #bits = new Uint32Array(256);
  readonly #unknown = new Uint32Array(256).fill(0xffffffff);
  readonly #tags: (Tag | undefined)[] = [];
  readonly #lanes = new Uint32Array(VECTORS * LANES);
  readonly #kinds = new Uint8Array(VECTORS * LANES).fill(NOTHING);
  /** What any lane has stored in workgroup memory. */
  shared: Value = 0;

  constructor(size: 32 | 64) {
    this.size = size;
  }

  scalar(index: number): Word {
    return { bits: this.#bits[index] as number, unknown: this.#unknown[index] as number };
  }

  setScalar(index: number, { bits, unknown }: Word, tag?: Tag): void {
    this.#bits[index] = bits;
    this.#unknown[index] = unknown;
    this.#tags[index] = tag;
  }

  tagOf(index: number): Tag | undefined {
    return this.#tags[index];
  }

  /** Returns a word of a scalar operand or a constant; the second word of a constant extends its sign. */
  word(operand: Operand | undefined, part = 0): Word {
    if (operand?.kind === 'scalar') return this.scalar(operand.index + part);
    if (operand?.kind === 'constant') return known(part === 0 ? operand.value : operand.value >> 31);
    return UNKNOWN;
  }

  lane(operand: Operand | undefined, lane: number): Value {
    const value = this.#laneOf(operand, lane);
    return operand && 'signed' in operand && operand.signed ? joined(value, 'finite') : value;
  }

  #laneOf(operand: Operand | undefined, lane: number): Value {
    if (operand?.kind === 'vector') return this.#valueAt(operand.index * LANES + lane);
    const { bits, unknown } = this.word(operand);
    if (unknown === 0) return bits;
    const tag = operand?.kind === 'scalar' ? this.#tags[operand.index] : undefined;
    return tag === 'finite' || tag === 'magnitude' ? tag : undefined;
  }

  #valueAt(at: number): Value {
    const kind = KINDS[this.#kinds[at] as number];
    return kind === 'word' ? this.#lanes[at] : kind;
  }

  /** Sets a register in the lanes that are active. Where that is unknown, it may have kept its value. */
  setLanes(index: number, valueIn: (lane: number) => Value): void {
    for (let lane = 0; lane < this.size; lane++) {
      const active = this.active(lane);
      if (active === false) continue;
      const at = index * LANES + lane;
      const given = valueIn(lane);
      const value = active ? given : joined(this.#valueAt(at), given);
      this.#kinds[at] = typeof value === 'number' ? 0 : KINDS.indexOf(value);
      if (typeof value === 'number') this.#lanes[at] = value;
    }
  }

  /** Sets a scalar register to a lane's value. */
  setValue(index: number, value: Value): void {
    if (typeof value === 'number') this.setScalar(index, known(value));
    else this.setScalar(index, UNKNOWN, value);
  }

  /** Whether a lane is active; undefined if that is unknown. */
  active(lane: number): boolean | undefined {
    return this.bit(EXEC, lane);
  }

  /** Returns the bit of a lane in a mask that starts at that register. */
  bit(index: number, lane: number): boolean | undefined {
    const word = index + (lane >>> 5);
    const bit = 1 << (lane & 31);
    if ((this.#unknown[word] as number) & bit) return undefined;
    return ((this.#bits[word] as number) & bit) !== 0;
  }

  /** Sets a mask of a bit a lane. */
  setMask(index: number, bitOf: (lane: number) => boolean | undefined): void {
    for (let part = 0; part < this.size / 32; part++) {
      let bits = 0;
      let unknown = 0;
      for (let lane = 0; lane < 32; lane++) {
        const bit = bitOf(32 * part + lane);
        if (bit === undefined) unknown |= 1 << lane;
        else if (bit) bits |= 1 << lane;
      }
      this.setScalar(index + part, { bits: bits >>> 0, unknown: unknown >>> 0 });
    }
  }

  /** Whether a condition of a branch holds; undefined if it depends on data. */
  isZero(index: number): boolean | undefined {
    let maybe = false;
    for (let part = 0; part < (index === SCC ? 1 : this.size / 32); part++) {
      const { bits, unknown } = this.scalar(index + part);
      if (bits !== 0) return false;
      maybe ||= unknown !== 0;
    }
    return maybe ? undefined : true;
  }

  /** Decides that all lanes which may be active are, or that none of those is. */
  agree(are: boolean): void {
    for (let part = 0; part < this.size / 32; part++) {
      const { bits, unknown } = this.scalar(EXEC + part);
      this.setScalar(EXEC + part, known(are ? bits | unknown : bits));
    }
  }

  /** Returns how many halves of 32 lanes have one that may be active; at least one. */
  get activeHalves(): number {
    let halves = 0;
    for (let part = 0; part < this.size / 32; part++) {
      const { bits, unknown } = this.scalar(EXEC + part);
      if ((bits | unknown) !== 0) halves++;
    }
    return Math.max(halves, 1);
  }
}
