/**
 * Returns the grid for a number of workgroups. If they exceed one dimension, they form rows; the last may be shorter.
 */
export function gridOf(groups: number, maxGroups: number): [number, number] {
  if (groups <= maxGroups) return [groups, 1];
  const rows = Math.ceil(groups / maxGroups);
  return [Math.ceil(groups / rows), rows];
}
