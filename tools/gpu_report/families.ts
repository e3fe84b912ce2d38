/** An AMD architecture, by one chip that has it. */
export interface Family {
  /** The name in Mesa's list. */
  readonly name: string;
  readonly title: string;
  /** Lanes that one issue slot serves. A wave of 64 takes two slots of 32. */
  readonly lanesPerSlot: 32 | 64;
}

/** The architectures of the report: those of desktop GPUs since 2017, and one of the data center. */
export const FAMILIES: readonly Family[] = [
  { name: 'navi21', title: 'RDNA 2', lanesPerSlot: 32 },
  { name: 'navi31', title: 'RDNA 3', lanesPerSlot: 32 },
  { name: 'gfx1201', title: 'RDNA 4', lanesPerSlot: 32 },
  { name: 'vega10', title: 'GCN 5', lanesPerSlot: 64 },
  { name: 'mi200', title: 'CDNA 2', lanesPerSlot: 64 },
];

/** Returns a family of the report, or any other of Mesa's list under its own name. */
export function familyOf(name: string): Family {
  const known = FAMILIES.find((family) => family.name === name);
  return known ?? { name, title: name, lanesPerSlot: /^(navi|gfx1[0-9]{3})/.test(name) ? 32 : 64 };
}
