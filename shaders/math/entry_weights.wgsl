// What the two parts of an entry's binary loss weigh: w·t·pw where the target says yes, w·(1 - t) where it says no. A
// weight that was not given is 1.
fn weights4(v: u32) -> vec4f {
  if (WEIGHTED) {
    return load4_weight(v);
  }
  return vec4f(1.0);
}

fn positive4(v: u32) -> vec4f {
  let t = load4_t(v);
  if (POS_WEIGHTED) {
    return weights4(v) * (load4_pos_weight(v) * t);
  }
  return weights4(v) * t;
}

fn negative4(v: u32) -> vec4f {
  return weights4(v) * (1.0 - load4_t(v));
}
