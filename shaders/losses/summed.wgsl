// The sum of the losses of a workgroup's rows, where rows are short and many share a workgroup: another dispatch has that
// many fewer values to add. Non-finite losses are flags beside the finite sum, as in every sum.
// needs: a fold, io/row, math/special
// provides: a place for losses (keep_loss)
@group(0) @binding(0) var<storage, read_write> losses: array<f32>;

struct LossSum {
  s: f32,
  flags: u32,
}

var<workgroup> loss_sums: array<LossSum, WORKGROUP_SIZE>;

fn keep_loss(row: Row, lane: Lane, loss: f32) {
  let flags = select(0u, flags_of(bitcast<u32>(loss)), speaks_for(row));
  loss_sums[lane.id] = LossSum(select(0.0, loss, speaks_for(row) && flags == 0u), flags);
  for (var half = WORKGROUP_SIZE / 2u; half > 0u; half = half / 2u) {
    workgroupBarrier(); // the upper half has been written
    if (lane.id < half) {
      let other = loss_sums[lane.id + half];
      loss_sums[lane.id].s += other.s;
      loss_sums[lane.id].flags |= other.flags;
    }
  }
  let group = lane.group.x + lane.group.y * lane.groups.x;
  if (lane.id == 0u && group * (WORKGROUP_SIZE / LANES_PER_ROW) < params.rows) {
    let all = loss_sums[0];
    losses[params.losses_origin + group] = select(all.s, bitcast<f32>(bits_of_flags(all.flags)), all.flags != 0u);
  }
}
