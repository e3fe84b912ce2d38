// Entries of windows, read from x.
// needs: reads of x, pool/windows
struct Entries {
  bits: vec4u, // 0 where there is none
  exists: vec4<bool>,
}

// Those at row h and column w of four windows.
fn entries_of(windows: Windows, h: u32, w: u32) -> Entries {
  let y = windows.top + h;
  let x = windows.left + w;
  let exists = inside(y, x);
  let at = select(vec4u(0u), place_in(windows.plane, y, x), exists);
  let bits = vec4u(one_x(at.x), one_x(at.y), one_x(at.z), one_x(at.w));
  return Entries(select(vec4u(0u), bits, exists), exists);
}
