// log(x) for finite x > 0 and log1p(f) for f > -1/4, within 2 ulp even where the result is tiny (the built-in promises
// 2^-21 absolute near 1, which leaves a small loss no correct digit). FreeBSD's e_logf.c: s = f / (2 + f), an even
// polynomial in s.
fn log1p_reduced(f: f32) -> f32 { // 1 + f in [sqrt 1/2, sqrt 2]
  let s = f / (2.0 + f);
  let z = s * s;
  let w = z * z;
  let t1 = w * (0.40000972152 + w * 0.24279078841);
  let t2 = z * (0.66666662693 + w * 0.28498786688);
  let half_square = 0.5 * f * f;
  return f - (half_square - s * (half_square + (t2 + t1)));
}

fn log_of(x: f32) -> f32 {
  return log_near(x, 1.0);
}

fn log1p_of(f: f32) -> f32 {
  return log_near(1.0 + f, f);
}

// log(x), where x may be a rounded 1 + rest: below sqrt 2, rest has the digits that x has not.
fn log_near(x: f32, rest: f32) -> f32 {
  // x = 2^k · (1 + f); the offset puts 1 + f into [sqrt 1/2, sqrt 2].
  let shifted = bitcast<u32>(x) + (0x3f800000u - 0x3f3504f3u);
  let k = f32(i32(shifted >> 23u) - 127);
  let f = bitcast<f32>((shifted & 0x007fffffu) + 0x3f3504f3u) - 1.0;
  return k * 0.693359375 + (log1p_reduced(select(f, rest, rest < 0.41)) + k * -2.12194440e-4);
}
