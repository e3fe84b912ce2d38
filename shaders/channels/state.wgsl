// States of statistics, [slices, 5, C]: rows count, mean, M2, tail and biased variance. The true mean is mean + tail.
@group(0) @binding(0) var<storage, read_write> state: array<f32>;

fn store_state(slice: u32, c: u32, all: Acc) {
  let at = params.state_origin + slice * 5u * params.channels + c;
  let mean = veiled(all.k + all.d);
  let tail = (all.k - mean) + all.d; // what rounding left over, exactly
  let variance = all.m2 / f32(max(all.n, 1u));
  let broken = all.broken != Flags(0u);
  let row = params.channels;
  let missing = Value(nan());
  put_state(at, Value(f32(all.n)));
  put_state(at + row, select(mean, missing, broken));
  put_state(at + 2u * row, select(all.m2, missing, broken));
  put_state(at + 3u * row, select(tail, missing, broken));
  put_state(at + 4u * row, select(variance, missing, broken | Holds(all.n == 0u)));
}
