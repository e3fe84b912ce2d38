// y_i = x_i in another dtype. f16 elements are read and written as f32, so conversions between f16 and f32 need no work
// here.
// needs: reads of x, writes of y, math/elements
@compute @workgroup_size(WORKGROUP_SIZE)
fn convert(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = first_vector(lane, group, groups);
  for (var p = 0u; p < PACK; p++) {
    if (4u * (first + p) < params.size) {
      put4_y(4u * (first + p), converted4(vector_x(first + p)), live_at(first + p));
    }
  }
}

// Floats are truncated toward zero and clamped to the integer's range; NaN becomes 0.
fn converted(bits: u32) -> u32 {
  let is_number = (bits & 0x7fffffffu) <= 0x7f800000u;
  let value = bitcast<f32>(select(0u, bits, is_number));
  switch (CONVERSION) {
    case FLOAT_TO_I32: {
      let whole = clamp(value, -2147483648.0, 2147483520.0);
      return select(bitcast<u32>(i32(whole)), 0x7fffffffu, value >= 2147483648.0);
    }
    case FLOAT_TO_U32: {
      let whole = clamp(value, 0.0, 4294967040.0);
      return select(u32(whole), 0xffffffffu, value >= 4294967296.0);
    }
    case I32_TO_FLOAT: {
      // In two exact 16-bit halves: a sum is rounded to nearest, but a conversion may round either way.
      let whole = bitcast<i32>(bits);
      return bitcast<u32>(f32(whole >> 16u) * 65536.0 + f32(whole & 0xffff));
    }
    case U32_TO_FLOAT: {
      return bitcast<u32>(f32(bits >> 16u) * 65536.0 + f32(bits & 0xffffu));
    }
    default: {
      return bits;
    }
  }
}

fn converted4(bits: vec4u) -> vec4u {
  return vec4u(converted(bits.x), converted(bits.y), converted(bits.z), converted(bits.w));
}
