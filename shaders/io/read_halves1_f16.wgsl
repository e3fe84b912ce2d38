// NAME of f16 elements, read one by one as f32 on adapters with 16-bit storage (shader-f16), also where another part writes
// them. A probe found the conversion exact.
// needs: a buffer NAME
// provides: reads of NAME (quad_NAME, vector_NAME, one_NAME)
fn quad_NAME(at: u32) -> vec4u {
  let i = params.NAME_origin + at;
  return bitcast<vec4u>(vec4f(vec4h(NAME[i], NAME[i + 1u], NAME[i + 2u], NAME[i + 3u])));
}

fn vector_NAME(v: u32) -> vec4u {
  return quad_NAME(4u * v);
}

fn one_NAME(i: u32) -> u32 {
  return bitcast<u32>(f32(NAME[params.NAME_origin + i]));
}
