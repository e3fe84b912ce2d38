// Hard max of each row: 1 at the column of its arg max, 0 elsewhere.
struct Params {
  rows: u32,
  cols: u32,
  inner: u32,
  slices: u32,
  slice_cols: u32,
  x_origin: u32,
  y_origin: u32,
  nan_bits: u32,
}

@group(0) @binding(0) var<uniform> params: Params;

struct Outcome {
  column: u32,
}

fn write_block(row: Row, b: u32, o: Outcome, whole: bool) {
  for (var k = 0u; k < BLOCK; k++) {
    let v = vector_at(row, b, k);
    let columns = 4u * v + IOTA - row.start;
    store4_y(row, v, select(vec4f(0.0), vec4f(1.0), columns == vec4u(o.column)), whole);
  }
}

const READS_AGAIN = false; // where the largest is says all

@compute @workgroup_size(WIDTH)
fn hardmax(lane: Lane) {
  let row = row_of(lane);
  write_row(row, Outcome(total_of(row, lane).index));
}
