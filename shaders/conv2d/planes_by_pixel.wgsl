// The rows of a product are the planes of NAME, [LENGTH, pixels] per image. k runs through the images, and through the
// pixels of each in quads, the last of which may be shorter.
// needs: reads of NAME, conv2d/params, conv2d/place, matmul/tile
// provides: a factor NAME (Rows_NAME, rows_NAME, four_NAME)
struct Rows_NAME {
  plane: vec4u, // starts of four planes in the first image
}

fn rows_NAME(batch: u32, first: u32) -> Rows_NAME {
  return Rows_NAME(min(first + IOTA, vec4u(params.LENGTH - 1u)) * params.pixels);
}

fn four_NAME(rows: Rows_NAME, k: u32) -> mat4x4f {
  let place = place_of(k);
  let at = rows.plane + (place.image * params.LENGTH * params.pixels + place.pixel);
  let four = transpose(mat4x4f(floats_NAME(at.x), floats_NAME(at.y), floats_NAME(at.z), floats_NAME(at.w)));
  if (WHOLE_QUADS) {
    return four;
  }
  return masked(four, place.pixel + IOTA < vec4u(params.pixels));
}

fn floats_NAME(at: u32) -> vec4f {
  return bitcast<vec4f>(quad_NAME(at));
}
