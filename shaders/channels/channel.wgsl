// NAME [..., C], where a unit lies in one channel.
@group(0) @binding(0) var<storage, read> NAME: array<f32>;

fn of_channel_NAME(c: u32) -> Unit {
  return Unit(NAME[params.NAME_origin + c]);
}
