// Order keys of the elements of windows. The key in the padding is below those of all floats, so it is never a maximum.
// needs: keys, pool/elements, pool/windows
fn keys_in(windows: Windows, h: u32, w: u32) -> vec4u {
  let elements = elements_of(windows, h, w);
  return select(vec4u(0u), keys_of(elements.bits), elements.exists);
}
