// Statistics of channels, [slices, STATE_ROWS, C], with the rows count, mean, M2, tail and biased variance. The true
// mean is mean + tail.
// needs: a monoid, values into state, channels/value, math/special, monoid/moments
// provides: a buffer state (state)
struct Params {
  width: u32, // C, or the columns of all channels
}

@group(0) @binding(0) var<storage, read_write> state: array<f32>;

struct Statistics {
  mean: Value,
  m2: Value,
  tail: Value,
  variance: Value,
}

// The statistics of a channel: NaN if an x was non-finite. The variance of no elements is NaN.
fn statistics_of(all: Acc) -> Statistics {
  let mean = veiled(all.k + all.d);
  let tail = (all.k - mean) + all.d; // the rounding error of the mean, exactly
  let variance = all.m2 / f32(max(all.n, 1u));
  let broken = all.broken != Flags(0u);
  let missing = Value(nan());
  return Statistics(
    select(mean, missing, broken),
    select(all.m2, missing, broken),
    select(tail, missing, broken),
    select(variance, missing, broken | Holds(all.n == 0u)),
  );
}

fn store_state(slice: u32, c: u32, all: Acc) {
  let at = params.state_origin + slice * STATE_ROWS * params.width + c;
  let found = statistics_of(all);
  put_state(at, Value(f32(all.n)));
  put_state(at + params.width, found.mean);
  put_state(at + 2u * params.width, found.m2);
  put_state(at + 3u * params.width, found.tail);
  put_state(at + 4u * params.width, found.variance);
}
