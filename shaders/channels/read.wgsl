// NAME in units, of an f32 or a vec4f each (ELEMENT).
@group(0) @binding(0) var<storage, read> NAME: array<ELEMENT>;

fn unit_NAME(i: u32) -> Unit {
  return NAME[params.NAME_origin / VECTOR + i];
}
