// Merges the states of each channel: parts [slices, 5, C] into state [1, 5, C]. One team per channel.
// needs: a fold, a monoid, channels/fold_slices, channels/state, channels/state_of
// provides: slices of channels (load_slice)
@group(0) @binding(0) var<storage, read> parts: array<f32>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn batch_norm_merge(lane: Lane) {
  let seat = seat_of(lane);
  let all = team_fold(fold_slices(seat), lane);
  if (seat.live && seat.lane == 0u) {
    store_state(0u, seat.channel, all);
  }
}

fn load_slice(slice: u32, c: u32) -> Acc {
  let at = params.parts_origin + place_of(slice, STATE_ROWS, c);
  let row = params.channels * params.plane;
  return moments_of(u32(parts[at]), parts[at + row], parts[at + 2u * row], parts[at + 3u * row]);
}
