// NAME [..., C], where a unit spans four channels. By element: it may be a view that starts anywhere.
@group(0) @binding(0) var<storage, read> NAME: array<f32>;

fn of_channel_NAME(c: u32) -> Unit {
  let at = params.NAME_origin + c;
  return vec4f(NAME[at], NAME[at + 1u], NAME[at + 2u], NAME[at + 3u]);
}
