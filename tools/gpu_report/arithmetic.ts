/** Integer arithmetic that addresses, counters and masks are made of, by the instruction's name. */

type Word = (a: number, b: number, c: number) => number;

/** Vector instructions with one to three words in and one out. */
export const VECTOR: Readonly<Record<string, Word>> = {
  v_mov_b32: (a) => a,
  v_not_b32: (a) => ~a,
  v_add_u32: (a, b) => a + b,
  v_sub_u32: (a, b) => a - b,
  v_subrev_u32: (a, b) => b - a,
  v_add3_u32: (a, b, c) => a + b + c,
  v_lshl_add_u32: (a, b, c) => (a << b) + c,
  v_add_lshl_u32: (a, b, c) => (a + b) << c,
  v_lshl_or_b32: (a, b, c) => (a << b) | c,
  v_and_or_b32: (a, b, c) => (a & b) | c,
  v_or3_b32: (a, b, c) => a | b | c,
  v_xad_u32: (a, b, c) => (a ^ b) + c,
  v_lshlrev_b32: (a, b) => b << a,
  v_lshrrev_b32: (a, b) => b >>> a,
  v_ashrrev_i32: (a, b) => b >> a,
  v_and_b32: (a, b) => a & b,
  v_or_b32: (a, b) => a | b,
  v_xor_b32: (a, b) => a ^ b,
  v_min_u32: (a, b) => Math.min(a, b),
  v_max_u32: (a, b) => Math.max(a, b),
  v_min_i32: (a, b) => Math.min(a | 0, b | 0),
  v_max_i32: (a, b) => Math.max(a | 0, b | 0),
  v_max3_u32: (a, b, c) => Math.max(a, b, c),
  v_mul_lo_u32: (a, b) => Math.imul(a, b),
  v_mul_hi_u32: (a, b) => highOf(a, b),
  v_mul_u32_u24: (a, b) => Math.imul(a & 0xffffff, b & 0xffffff),
  v_mad_u32_u24: (a, b, c) => Math.imul(a & 0xffffff, b & 0xffffff) + c,
  v_bfe_u32: (a, b, c) => bits(a, b & 31, c & 31),
  // Division of integers goes through the reciprocal of a float; the code corrects what that rounds.
  v_cvt_f32_u32: (a) => wordOf(a),
  v_cvt_u32_f32: (a) => Math.min(Math.max(floatOf(a), 0), 0xffffffff),
  v_rcp_f32: (a) => wordOf(1 / floatOf(a)),
  v_rcp_iflag_f32: (a) => wordOf(1 / floatOf(a)),
  v_mul_f32: (a, b) => wordOf(floatOf(a) * floatOf(b)),
  v_alignbit_b32: (a, b, c) => ((c & 31) === 0 ? b : (b >>> (c & 31)) | (a << (32 - (c & 31)))),
};

/** Scalar instructions on words; those in `SETS_SCC` also set the condition code. */
export const SCALAR: Readonly<Record<string, Word>> = {
  s_movk_i32: (a) => (a << 16) >> 16,
  s_brev_b32: (a) => reversed(a),
  s_add_u32: (a, b) => a + b,
  s_add_i32: (a, b) => a + b,
  s_addk_i32: (a, b) => a + ((b << 16) >> 16),
  s_sub_u32: (a, b) => a - b,
  s_sub_i32: (a, b) => a - b,
  s_mul_i32: (a, b) => Math.imul(a, b),
  s_mulk_i32: (a, b) => Math.imul(a, (b << 16) >> 16),
  s_mul_hi_u32: (a, b) => highOf(a, b),
  s_lshl_b32: (a, b) => a << b,
  s_lshr_b32: (a, b) => a >>> b,
  s_ashr_i32: (a, b) => a >> b,
  s_lshl1_add_u32: (a, b) => (a << 1) + b,
  s_lshl2_add_u32: (a, b) => (a << 2) + b,
  s_lshl3_add_u32: (a, b) => (a << 3) + b,
  s_lshl4_add_u32: (a, b) => (a << 4) + b,
  s_min_u32: (a, b) => Math.min(a, b),
  s_max_u32: (a, b) => Math.max(a, b),
  s_min_i32: (a, b) => Math.min(a | 0, b | 0),
  s_max_i32: (a, b) => Math.max(a | 0, b | 0),
  s_bfe_u32: (a, b) => bits(a, b & 31, (b >>> 16) & 127),
  s_bfm_b32: (a, b) => (2 ** (a & 31) - 1) << b,
  s_abs_i32: (a) => Math.abs(a | 0),
  s_cvt_f32_u32: (a) => wordOf(a),
  s_cvt_u32_f32: (a) => Math.min(Math.max(floatOf(a), 0), 0xffffffff),
  s_mul_f32: (a, b) => wordOf(floatOf(a) * floatOf(b)),
  v_s_rcp_f32: (a) => wordOf(1 / floatOf(a)),
};

/** Scalar instructions that write two words, from two operands of `words` words each. */
export const WIDE: Readonly<
  Record<string, { readonly words: readonly [1 | 2, 1 | 2]; readonly of: (a: bigint, b: bigint) => bigint }>
> = {
  s_bfm_b64: { words: [1, 1], of: (a, b) => ((1n << (a & 63n)) - 1n) << (b & 63n) },
  s_lshl_b64: { words: [2, 1], of: (a, b) => a << (b & 63n) },
  s_lshr_b64: { words: [2, 1], of: (a, b) => a >> (b & 63n) },
};

/** Whether an arithmetic instruction on words sets the condition code, from its operands and its result. */
export const SCC_OF: Readonly<Record<string, (a: number, b: number, result: number) => boolean>> = {
  s_add_u32: (a, b) => a + b > 0xffffffff,
  s_add_i32: (a, b) => (a | 0) + (b | 0) !== ((a + b) | 0),
  s_addk_i32: (a, b) => (a | 0) + ((b << 16) >> 16) !== ((a + ((b << 16) >> 16)) | 0),
  s_sub_u32: (a, b) => b > a,
  s_sub_i32: (a, b) => (a | 0) - (b | 0) !== ((a - b) | 0),
  s_lshl1_add_u32: (a, b) => 2 * a + b > 0xffffffff,
  s_lshl2_add_u32: (a, b) => 4 * a + b > 0xffffffff,
  s_lshl3_add_u32: (a, b) => 8 * a + b > 0xffffffff,
  s_lshl4_add_u32: (a, b) => 16 * a + b > 0xffffffff,
  s_min_u32: (a, _, result) => result === a,
  s_max_u32: (a, _, result) => result === a,
  s_min_i32: (a, _, result) => result === a,
  s_max_i32: (a, _, result) => result === a,
  ...Object.fromEntries(
    ['s_lshl_b32', 's_lshr_b32', 's_ashr_i32', 's_bfe_u32', 's_abs_i32'].map((op) => [
      op,
      (_a: number, _b: number, result: number) => result !== 0,
    ]),
  ),
};

/** Comparisons of `s_cmp_…`, `s_cmpk_…`, `v_cmp_…` and `v_cmpx_…`, by what follows. */
export const COMPARES: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  eq_u32: (a, b) => a === b,
  ne_u32: (a, b) => a !== b,
  lg_u32: (a, b) => a !== b,
  lt_u32: (a, b) => a < b,
  le_u32: (a, b) => a <= b,
  gt_u32: (a, b) => a > b,
  ge_u32: (a, b) => a >= b,
  eq_i32: (a, b) => a === b,
  ne_i32: (a, b) => a !== b,
  lg_i32: (a, b) => a !== b,
  lt_i32: (a, b) => (a | 0) < (b | 0),
  le_i32: (a, b) => (a | 0) <= (b | 0),
  gt_i32: (a, b) => (a | 0) > (b | 0),
  ge_i32: (a, b) => (a | 0) >= (b | 0),
  eq_u64: (a, b) => a === b,
  lg_u64: (a, b) => a !== b,
};

const FLOAT = new Float32Array(1);
const WORD = new Uint32Array(FLOAT.buffer);

/** Returns the bits of a number, rounded to a float. */
export function wordOf(value: number): number {
  FLOAT[0] = value;
  return WORD[0] as number;
}

export function floatOf(word: number): number {
  WORD[0] = word;
  return FLOAT[0] as number;
}

function bits(a: number, offset: number, width: number): number {
  return (a >>> offset) & (width >= 32 ? -1 : 2 ** width - 1);
}

function highOf(a: number, b: number): number {
  return Number((BigInt(a) * BigInt(b)) >> 32n);
}

function reversed(a: number): number {
  let result = 0;
  for (let bit = 0; bit < 32; bit++) if ((a >>> bit) & 1) result |= 1 << (31 - bit);
  return result;
}
