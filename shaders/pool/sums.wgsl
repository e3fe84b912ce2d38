// Four sums side by side. Non-finite terms are kept apart, as the largest bits and the largest as signed numbers
// (flags_among).
// needs: elementwise/classes, math/special
struct Sums {
  finite: vec4f,
  high: vec4u,
  highest: vec4i,
}

const NOTHING = Sums(vec4f(0.0), vec4u(0u), vec4i(0));

fn plus(sums: Sums, bits: vec4u) -> Sums {
  return Sums(
    sums.finite + finite_of(bits),
    max(sums.high, bits),
    max(sums.highest, bitcast<vec4i>(bits)),
  );
}

fn merged(a: Sums, b: Sums) -> Sums {
  return Sums(a.finite + b.finite, max(a.high, b.high), max(a.highest, b.highest));
}

fn bits_of(sums: Sums) -> vec4u {
  var bits = bitcast<vec4u>(sums.finite);
  if (all((sums.high < vec4u(NEGATIVE_INFINITE)) & (sums.highest < vec4i(INFINITE_I32)))) {
    return bits;
  }
  for (var j = 0u; j < 4u; j++) {
    let flags = flags_among(vec4u(sums.high[j]), vec4i(sums.highest[j]));
    if (flags != 0u) {
      bits[j] = bits_of_flags(flags);
    }
  }
  return bits;
}
