// NAME has the result's last axes, a multiple of four elements, and is repeated along the others: a bias of each row.
@group(0) @binding(0) var<storage, read> NAME: array<vec4u>;

fn fetch_NAME(v: u32) -> vec4u {
  return NAME[params.NAME_origin / 4u + v % (params.NAME_period / 4u)];
}
