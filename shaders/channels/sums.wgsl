// Sums of the backward pass, [slices, 2, C]: rows Σdy and Σdy·x̂, NaN where a term is not finite.
@group(0) @binding(0) var<storage, read_write> sums: array<f32>;

fn store_sums(slice: u32, c: u32, all: Acc) {
  let at = params.sums_origin + slice * 2u * params.channels + c;
  sums[at] = select(all.first, nan(), (all.broken & FIRST_BROKEN) != 0u);
  sums[at + params.channels] = select(all.second, nan(), (all.broken & SECOND_BROKEN) != 0u);
}
