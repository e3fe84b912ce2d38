// NAME, written 16 bytes at a time: every element of a stored vector belongs to the lane that stores it.
@group(0) @binding(0) var<storage, read_write> NAME: array<vec4f>;

fn store4_NAME(v: u32, value: vec4f, live: vec4<bool>) {
  NAME[params.NAME_origin / 4u + v] = value;
}
