// Elements of NAME at four places in planes; 0 in the padding around them.
// needs: reads of NAME, conv2d/params
fn elements_NAME(plane: vec4u, y: vec4i, x: vec4i) -> vec4f {
  // Read as unsigned, a negative coordinate lies far past the end.
  let inside = (bitcast<vec4u>(y) < vec4u(params.height)) & (bitcast<vec4u>(x) < vec4u(params.width));
  let at = select(vec4u(0u), (plane * params.height + bitcast<vec4u>(y)) * params.width + bitcast<vec4u>(x), inside);
  let bits = vec4u(one_NAME(at.x), one_NAME(at.y), one_NAME(at.z), one_NAME(at.w));
  return select(vec4f(0.0), bitcast<vec4f>(bits), inside);
}
