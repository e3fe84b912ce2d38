import laneFold from '../../shaders/fold/lane.wgsl';
import subgroupFold from '../../shaders/fold/subgroup.wgsl';
import workgroupFold from '../../shaders/fold/workgroup.wgsl';
import block from '../../shaders/io/block.wgsl';
import read1 from '../../shaders/io/read1_f32.wgsl';
import read4 from '../../shaders/io/read4_f32.wgsl';
import row from '../../shaders/io/row.wgsl';
import write1 from '../../shaders/io/write1_f32.wgsl';
import write4 from '../../shaders/io/write4_f32.wgsl';
import type { Team } from '../plan/rows.ts';
import type { NamedPart, Part } from '../runtime/link.ts';
import type { Slice } from '../runtime/runtime.ts';
import type { Tensor } from '../tensor.ts';

/** A monoid: how two of its values merge, and how a subgroup folds it natively. */
export interface Monoid {
  readonly merge: Part;
  readonly subgroup: Part;
}

/** The machine that folds a team's values, with the monoid that it folds. */
export function foldParts({ fold }: Team, monoid: Monoid): Part[] {
  if (fold === 'lane') return [laneFold, monoid.merge];
  return fold === 'subgroup' ? [subgroupFold, monoid.merge, monoid.subgroup] : [workgroupFold, monoid.merge];
}

/** The prelude's constants for a team. */
export function teamConstants({ team, width, block, held, subgroups }: Team): Record<string, number | boolean> {
  return { TEAM: team, WIDTH: width, BLOCK: block, HELD: held, SUBGROUPS: subgroups };
}

export const rowPart: Part = row;

/** Whether a tensor can be bound as vectors of four: both its ends on 16-byte boundaries of what is bound. */
export function isAligned({ byteOffset, storage, size }: Slice): boolean {
  return byteOffset % 16 === 0 && byteOffset + 16 * Math.ceil(size / 4) <= storage.bytes;
}

/** How a kernel reads `name`. */
export function readPart(name: string, aligned: boolean): NamedPart {
  return { part: aligned ? read4 : read1, names: { NAME: name } };
}

/** How a kernel writes `name`, whose rows have `cols` columns. */
export function writePart(name: string, aligned: boolean, cols: number): NamedPart {
  return { part: aligned && cols % 4 === 0 ? write4 : write1, names: { NAME: name } };
}

/** A lane's share of a row of `name`. */
export function blockPart(name: string): NamedPart {
  return { part: block, names: { NAME: name } };
}

/** Some of a tensor's elements, to be bound. */
export function sliceOf(tensor: Tensor, start = 0, size = tensor.size): Slice {
  return { storage: tensor.storage, byteOffset: tensor.byteOffset + 4 * start, size };
}
