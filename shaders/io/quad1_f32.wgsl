// Four neighbours of NAME from any element; past the tensor's end they are anything.
@group(0) @binding(0) var<storage, read> NAME: array<f32>;

fn quad_NAME(at: u32) -> vec4f {
  let i = params.NAME_origin + at;
  return vec4f(NAME[i], NAME[i + 1u], NAME[i + 2u], NAME[i + 3u]);
}
