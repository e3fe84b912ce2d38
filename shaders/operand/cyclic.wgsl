// NAME has the result's last axes, three elements or more, and is repeated along the others; it is read by element.
@group(0) @binding(0) var<storage, read> NAME: array<u32>;

fn fetch_NAME(v: u32) -> vec4u {
  let place = 4u * v % params.NAME_period + vec4u(0u, 1u, 2u, 3u);
  let again = place >= vec4u(params.NAME_period);
  let at = params.NAME_origin + select(place, place - params.NAME_period, again);
  return vec4u(NAME[at.x], NAME[at.y], NAME[at.z], NAME[at.w]);
}
