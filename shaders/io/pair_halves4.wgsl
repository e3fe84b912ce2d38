// Pairs of neighboring vectors of NAME, f16 elements whose start is aligned to 16 bytes, with one load each.
// needs: a buffer NAME, halves as words
// provides: pairs of NAME (pair_NAME)
struct Pair_NAME {
  first: vec4u,
  second: vec4u,
}

// Elements 8·unit to 8·unit + 7.
fn pair_NAME(unit: u32) -> Pair_NAME {
  let words = NAME[params.NAME_origin / 8u + unit];
  return Pair_NAME(widened(words.xy), widened(words.zw));
}
