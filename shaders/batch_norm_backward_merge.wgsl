// Adds the partial sums of each channel: parts [slices, 2, C] into sums [1, 2, C]. One team per channel.
// needs: a fold, a monoid, channels/fold_slices, channels/sums, math/special, monoid/sum2
// provides: slices of channels (load_slice)
@group(0) @binding(0) var<storage, read> parts: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_norm_backward_merge(lane: Lane) {
  let seat = seat_of(lane);
  let all = team_fold(fold_slices(seat), lane);
  if (seat.live && seat.lane == 0u) {
    store_sums(0u, seat.channel, all);
  }
}

fn load_slice(slice: u32, c: u32) -> Acc {
  let at = params.parts_origin + place_of(slice, SUM_ROWS, c);
  let first = parts[at];
  let second = parts[at + params.channels * params.plane];
  let first_ok = is_finite(bitcast<u32>(first));
  let second_ok = is_finite(bitcast<u32>(second));
  let broken = select(FIRST_BROKEN, 0u, first_ok) | select(SECOND_BROKEN, 0u, second_ok);
  return Acc(select(0.0, first, first_ok), select(0.0, second, second_ok), broken);
}
