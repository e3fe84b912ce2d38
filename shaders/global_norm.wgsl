// clip = [‖x‖, min(1, max_norm/(‖x‖ + 1e-6))], from the three sums of squares of sum_squares.wgsl. The scale is that of
// torch.nn.utils.clip_grad_norm_: 0 where the norm is infinite, NaN where it is NaN. One lane.
// needs: reads of sums, single writes of clip, math/special
struct Params {
  max_norm: f32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn global_norm(@builtin(local_invocation_index) lane: u32) {
  if (lane > 0u) {
    return;
  }
  var norm_bits = one_sums(2u);
  if (is_finite(norm_bits)) {
    norm_bits = norm_of(bitcast<f32>(one_sums(0u)), bitcast<f32>(one_sums(1u)), bitcast<f32>(norm_bits));
  }
  put1_clip(0u, norm_bits);
  if (!is_finite(norm_bits)) {
    put1_clip(1u, select(0u, params.nan_bits, is_nan(norm_bits)));
    return;
  }
  let norm = bitcast<f32>(norm_bits);
  let unit = select(1.0, 0x1p-64f, norm > 0x1p64f); // WGSL specifies division by less than 2^126
  let scale = min(1.0, (unit * params.max_norm) / (unit * norm + unit * 1e-6));
  put1_clip(1u, bitcast<u32>(select(scale, 1.0, norm + 1e-6 <= params.max_norm)));
}

const TINY = 0x1p-75f;
const HUGE = 0x1p76f;

// √x. At 0 an adapter may compute 1/(1/√0).
fn root(x: f32) -> f32 {
  return select(0.0, sqrt(select(1.0, x, x > 0.0)), x > 0.0);
}

// The bits of the norm.
fn norm_of(small: f32, medium: f32, big: f32) -> u32 {
  if (big > 0.0) {
    let norm = root(big + (0x1p-76f * medium) * 0x1p-76f); // in units of HUGE; `small` is far below its rounding
    return select(INFINITE, bitcast<u32>(HUGE * norm), norm < LARGEST / HUGE);
  }
  let low = TINY * root(small);
  let usual = root(medium);
  let most = max(low, usual);
  let ratio = min(low, usual) / select(1.0, most, most > 0.0);
  return bitcast<u32>(most * sqrt(1.0 + ratio * ratio));
}
