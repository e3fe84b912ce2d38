// log σ(x) = -log(1 + exp(-x)) = min(x, 0) - log1p(exp(-|x|)): nothing overflows, and nothing cancels. A kernel uses
// VALUE or BACKWARD as its function.
// needs: an exponential, elementwise/classes, elementwise/product, math/log, math/special
// provides: a function (apply)
fn VALUE(x: vec4u) -> vec4u {
  let u = finite_of(x);
  let e = exp4(-abs(u));
  let tail = vec4f(log1p_of(e.x), log1p_of(e.y), log1p_of(e.z), log1p_of(e.w));
  let y = bitcast<vec4u>(min(u, vec4f(0.0)) - tail);
  return select(select(y, x, x == vec4u(NEGATIVE_INFINITE)), vec4u(params.nan_bits), are_nan(x));
}

// dx = dy·σ(-x). Above 0, σ(-x) is exp(-x) / (1 + exp(-x)), computed with two factors of exp(-x/2), which underflow
// only where dx itself would by far.
fn BACKWARD(dy: vec4u, x: vec4u) -> vec4u {
  let u = finite_of(x);
  let h = exp4(-0.5 * abs(u));
  let first = select(vec4f(1.0), h, u > vec4f(0.0));
  let rest = bitcast<vec4u>(first / (1.0 + h * h));
  let dx = product(product(dy, select(bitcast<vec4u>(first), x, are_nan(x))), rest);
  // The slope is positive wherever x is finite, even where it underflows.
  return select(dx, dy, are_infinite(dy) & are_finite(x));
}
