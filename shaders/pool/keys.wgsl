// Keys of windows' entries, below those of all floats where there is none: padding is never a maximum.
// needs: keys, pool/entries, pool/windows
fn keys_in(windows: Windows, h: u32, w: u32) -> vec4u {
  let entries = entries_of(windows, h, w);
  return select(vec4u(0u), keys_of(entries.bits), entries.exists);
}
