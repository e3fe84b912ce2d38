// Sums of the backward pass, [slices, SUM_ROWS, C], with the rows Σdy and Σ(dy·x̂); NaN where a term is non-finite.
// needs: a monoid, values into sums, channels/value, math/special, monoid/sum2
// provides: a buffer sums (sums)
struct Params {
  width: u32, // C, or the columns of all channels
}

@group(0) @binding(0) var<storage, read_write> sums: array<f32>;

fn store_sums(slice: u32, c: u32, all: Acc) {
  let at = params.sums_origin + slice * SUM_ROWS * params.width + c;
  let first_broken = (all.broken & Flags(FIRST_BROKEN)) != Flags(0u);
  let second_broken = (all.broken & Flags(SECOND_BROKEN)) != Flags(0u);
  put_sums(at, select(all.first, Value(nan()), first_broken));
  put_sums(at + params.width, select(all.second, Value(nan()), second_broken));
}
