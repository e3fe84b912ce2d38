/** Workgroups in two dimensions: more than one dimension holds are folded into rows, whose last may be short. */
export function gridOf(groups: number, maxGroups: number): [number, number] {
  if (groups <= maxGroups) return [groups, 1];
  const rows = Math.ceil(groups / maxGroups);
  return [Math.ceil(groups / rows), rows];
}
