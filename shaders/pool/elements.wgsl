// Elements of windows, read from x.
// needs: reads of x, pool/windows
struct Elements {
  bits: vec4u, // 0 where there is no element
  exists: vec4<bool>,
}

// The elements at row h and column w of four windows.
fn elements_of(windows: Windows, h: u32, w: u32) -> Elements {
  let y = windows.top + h;
  let x = windows.left + w;
  let exists = inside(y, x);
  let at = select(vec4u(0u), place_in(windows.plane, y, x), exists);
  let bits = vec4u(one_x(at.x), one_x(at.y), one_x(at.z), one_x(at.w));
  return Elements(select(vec4u(0u), bits, exists), exists);
}
