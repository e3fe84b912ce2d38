// The targets of a row's classes: `hard` at the label, and the values of spread_at() at all others.
// needs: reads of weight, io/row
struct Params {
  has_ignored: u32,
  ignored: i32,
  smoothing: f32,
}

struct Wanted {
  element: u32, // the label's element, or NOWHERE
  hard: f32, // (1 - labelSmoothing + labelSmoothing / C) · weight of the label
  state: u32,
}

var<private> wanted: Wanted; // of this lane's row; set before its fold

const NOWHERE = 0xffffffffu;
const COUNTS = 0u;
const IGNORED = 1u; // loss and gradient are exactly 0
const FAULTY = 2u; // the label is not a class: loss and gradient are NaN

fn class_weight4(columns: vec4u) -> vec4f {
  if (!WEIGHTED) {
    return vec4f(1.0);
  }
  let c = min(columns, vec4u(params.cols - 1u));
  return vec4f(class_weight(c.x), class_weight(c.y), class_weight(c.z), class_weight(c.w));
}

fn class_weight(column: u32) -> f32 {
  if (!WEIGHTED) {
    return 1.0;
  }
  return bitcast<f32>(one_weight(column));
}
