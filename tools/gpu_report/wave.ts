import { EXEC, type Operand, SCC } from './machine_code.ts';

/** A word of which some bits may be unknown. Where `unknown` has a bit, `bits` has none. */
export interface Word {
  readonly bits: number;
  readonly unknown: number;
}

export const UNKNOWN: Word = { bits: 0, unknown: 0xffffffff };

export const known = (bits: number): Word => ({ bits: bits >>> 0, unknown: 0 });

const LANES = 64;
const VECTORS = 512;

/** What a scalar register holds that is no number: a pointer, or the descriptor of the parameters. */
export type Tag = 'parameter descriptors' | 'parameters' | 'grid';

/**
 * The registers of a wave. What depends on data is unknown, scalar registers bit by bit, vector registers lane by lane.
 */
export class Wave {
  readonly size: 32 | 64;
  readonly #bits = new Uint32Array(256);
  readonly #unknown = new Uint32Array(256).fill(0xffffffff);
  readonly #tags: (Tag | undefined)[] = [];
  readonly #lanes = new Uint32Array(VECTORS * LANES);
  readonly #unknownLanes = new Uint8Array(VECTORS * LANES).fill(1);

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

  /** Returns an operand's value in a lane; undefined if it is unknown. */
  lane(operand: Operand | undefined, lane: number): number | undefined {
    if (operand?.kind === 'vector') {
      const at = operand.index * LANES + lane;
      return this.#unknownLanes[at] === 1 ? undefined : this.#lanes[at];
    }
    const { bits, unknown } = this.word(operand);
    return unknown === 0 ? bits : undefined;
  }

  /** Sets a register in the lanes that are active. Where that is unknown, so is the result. */
  setLanes(index: number, valueIn: (lane: number) => number | undefined): void {
    for (let lane = 0; lane < this.size; lane++) {
      const active = this.active(lane);
      if (active === false) continue;
      const at = index * LANES + lane;
      const value = valueIn(lane);
      const certain =
        value !== undefined && (active || (this.#unknownLanes[at] === 0 && this.#lanes[at] === value >>> 0));
      this.#unknownLanes[at] = certain ? 0 : 1;
      if (certain) this.#lanes[at] = value;
    }
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
