// States of statistics, [slices, 5, C]: rows count, mean, M2, tail and biased variance. The true mean is mean + tail.
@group(0) @binding(0) var<storage, read_write> state: array<f32>;

fn store_state(slice: u32, c: u32, all: Acc) {
  let at = params.state_origin + slice * 5u * params.channels + c;
  let mean = veiled(all.k + all.d);
  let tail = (all.k - mean) + all.d; // what rounding left over, exactly
  let variance = all.m2 / f32(max(all.n, 1u));
  let broken = all.broken != 0u;
  state[at] = f32(all.n);
  state[at + params.channels] = select(mean, nan(), broken);
  state[at + 2u * params.channels] = select(all.m2, nan(), broken);
  state[at + 3u * params.channels] = select(tail, nan(), broken);
  state[at + 4u * params.channels] = select(variance, nan(), broken || all.n == 0u);
}

// From a state's rows; an empty one holds nothing, whatever stands in them.
fn moments_of(n: u32, mean: f32, m2: f32, tail: f32) -> Acc {
  if (n == 0u) {
    return EMPTY;
  }
  if (!(is_finite(bitcast<u32>(mean)) && is_finite(bitcast<u32>(m2)) && is_finite(bitcast<u32>(tail)))) {
    return Acc(n, 0.0, 0.0, 0.0, 1u);
  }
  return moments(n, mean, 0.0, tail, m2, 0u);
}
