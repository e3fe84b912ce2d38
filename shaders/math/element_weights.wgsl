// The weights of the two terms of an element's binary loss: w·t·pw of the positive one, w·(1 - t) of the negative one.
// A missing weight is 1.
// needs: reads of pos_weight, reads of t, reads of weight
fn weights4(v: u32) -> vec4f {
  if (WEIGHTED) {
    return bitcast<vec4f>(vector_weight(v));
  }
  return vec4f(1.0);
}

fn positive4(v: u32) -> vec4f {
  let t = bitcast<vec4f>(vector_t(v));
  if (POS_WEIGHTED) {
    return weights4(v) * (bitcast<vec4f>(vector_pos_weight(v)) * t);
  }
  return weights4(v) * t;
}

fn negative4(v: u32) -> vec4f {
  return weights4(v) * (1.0 - bitcast<vec4f>(vector_t(v)));
}
