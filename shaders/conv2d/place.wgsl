// The place of k where it runs through images in quads of pixels. WHOLE_QUADS: each image has only whole quads.
// needs: conv2d/params
struct Place {
  image: u32,
  pixel: u32,
}

fn place_of(k: u32) -> Place {
  let padded = (params.pixels + 3u) / 4u * 4u;
  let image = quotient(vec4u(k), padded).x;
  return Place(image, k - image * padded);
}

// n / divisor for n < 2³¹, computed in floats, since software adapters divide integers one lane at a time. The first
// quotient is off by less than 2¹⁰ / divisor + 1, so the second is off by at most 1.
fn quotient(n: vec4u, divisor: u32) -> vec4u {
  let d = f32(divisor);
  let guess = vec4i(vec4f(n) / d);
  let rest = vec4i(n) - guess * i32(divisor);
  let near = guess + vec4i(floor(vec4f(rest) / d));
  let left = vec4i(n) - near * i32(divisor);
  return vec4u(near + select(vec4i(0), vec4i(1), left >= vec4i(i32(divisor))) - select(vec4i(0), vec4i(1), left < vec4i(0)));
}
