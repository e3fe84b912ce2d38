// NAME, written in units, of an f32 or a vec4f each (ELEMENT).
@group(0) @binding(0) var<storage, read_write> NAME: array<ELEMENT>;

fn store_NAME(i: u32, value: Unit) {
  NAME[params.NAME_origin / VECTOR + i] = value;
}
