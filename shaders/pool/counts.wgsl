// The divisors of sums over windows: the number of places in a window, or of those inside its plane.
// needs: pool/windows
fn counts_of(windows: Windows) -> vec4f {
  if (COUNT_PADDING || !PADDED) {
    return vec4f(f32(SIZE_H) * f32(SIZE_W));
  }
  return vec4f(inside_of(windows.top, SIZE_H, PADDING_H, params.height))
    * vec4f(inside_of(windows.left, SIZE_W, PADDING_W, params.width));
}

fn inside_of(first: vec4u, size: u32, padding: u32, length: u32) -> vec4u {
  return min(first + size, vec4u(padding + length)) - max(first, vec4u(padding));
}
