// x̂·γ + β, for a finite x and for a non-finite one.
// needs: channels/unit, channels/x_hat, math/special
fn affine(x: Unit, channel: Channel, gamma: Unit, beta: Unit) -> Unit {
  return x_hat(x, channel) * gamma + beta;
}

// The result for a non-finite x: NaN stays NaN, and an infinity takes the sign that γ gives it.
fn affine_special(x: Unit, gamma: Unit, healthy: Truth) -> Bits {
  let bits = bitcast<Bits>(x);
  let infinite = healthy & (magnitude(x) == Bits(INFINITE)) & (gamma != Unit(0.0));
  let signed_infinity = Bits(params.nan_bits & INFINITE) | ((bits ^ bitcast<Bits>(gamma)) & Bits(0x80000000u));
  return select(Bits(params.nan_bits), signed_infinity, infinite);
}
