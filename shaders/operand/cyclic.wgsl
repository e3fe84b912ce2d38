// NAME has the result's last axes, of three elements or more, and repeats along the others. It is read element by
// element.
// needs: reads of NAME, math/elements
// provides: an operand NAME (fetch_NAME)
struct Params {
  NAME_period: u32,
}

fn fetch_NAME(v: u32) -> vec4u {
  let place = 4u * v % params.NAME_period + IOTA;
  let at = select(place, place - params.NAME_period, place >= vec4u(params.NAME_period));
  return vec4u(one_NAME(at.x), one_NAME(at.y), one_NAME(at.z), one_NAME(at.w));
}
