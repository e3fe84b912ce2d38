// Merges the states of each channel, parts [slices, 5, C], into one, state [1, 5, C]. A team per channel.
struct Params {
  channels: u32,
  slices: u32,
  parts_origin: u32,
  state_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(0) var<storage, read> parts: array<f32>;

fn load_slice(slice: u32, c: u32) -> Acc {
  let at = params.parts_origin + slice * 5u * params.channels + c;
  let row = params.channels;
  return moments_of(u32(parts[at]), parts[at + row], parts[at + 2u * row], parts[at + 3u * row]);
}

@compute @workgroup_size(WIDTH)
fn batch_norm_merge(lane: Lane) {
  let seat = seat_of(lane);
  let all = team_fold(fold_slices(seat), lane);
  if (seat.live && seat.lane == 0u) {
    store_state(0u, seat.channel, all);
  }
}
