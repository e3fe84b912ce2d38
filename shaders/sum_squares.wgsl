// Σ x² over BATCH vectors per lane, in three sums that neither overflow nor vanish (Blue, ACM TOMS 4, 1978; constants
// of Anderson, ACM TOMS 44, 2017, for f32): partial [3, lanes] of (2^75·x)² for |x| < 2^-63, of x² in between, and of
// (2^-76·x)² for |x| > 2^52. Non-finite x show in the last sum.
// needs: reads of x, single writes of partial, math/special
struct Params {
  size: u32,
  lanes: u32,
  first_lane: u32,
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn sum_squares(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = (group.x + group.y * groups.x) * WORKGROUP_SIZE + lane;
  if (4u * BATCH * index >= params.size) {
    return;
  }
  var small = vec4f(0.0);
  var medium = vec4f(0.0);
  var big = vec4f(0.0);
  var high = vec4u(0u);
  for (var k = 0u; k < BATCH; k++) {
    let at = 4u * (BATCH * index + k);
    if (at < params.size) {
      let bits = quad_x(at) & vec4u(MAGNITUDE);
      let x = bitcast<vec4f>(min(bits, vec4u(0x7f7fffffu)));
      let is_small = x < vec4f(0x1p-63f);
      let is_big = x > vec4f(0x1p52f);
      let s = select(vec4f(0.0), 0x1p75f * x, is_small);
      let m = select(x, vec4f(0.0), is_small | is_big);
      let b = select(vec4f(0.0), 0x1p-76f * x, is_big);
      small += s * s;
      medium += m * m;
      big += b * b;
      high = max(high, bits);
    }
  }
  let highest = max(max(high.x, high.y), max(high.z, high.w));
  let bigs = bitcast<u32>((big.x + big.y) + (big.z + big.w));
  let to = params.first_lane + index;
  put1_partial(to, bitcast<u32>((small.x + small.y) + (small.z + small.w)));
  put1_partial(params.lanes + to, bitcast<u32>((medium.x + medium.y) + (medium.z + medium.w)));
  put1_partial(2u * params.lanes + to, select(bits_of_flags(flags_of(highest)), bigs, is_finite(highest)));
}
