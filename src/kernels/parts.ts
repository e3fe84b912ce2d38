import laneFold from '../../shaders/fold/lane.wgsl';
import subgroupFold from '../../shaders/fold/subgroup.wgsl';
import subgroupsFold from '../../shaders/fold/subgroups.wgsl';
import workgroupFold from '../../shaders/fold/workgroup.wgsl';
import binding from '../../shaders/io/binding.wgsl';
import readHalves1 from '../../shaders/io/read_halves1.wgsl';
import readHalves1F16 from '../../shaders/io/read_halves1_f16.wgsl';
import readHalves4 from '../../shaders/io/read_halves4.wgsl';
import readHalves4Apart from '../../shaders/io/read_halves4_apart.wgsl';
import readWords1 from '../../shaders/io/read_words1.wgsl';
import readWords4 from '../../shaders/io/read_words4.wgsl';
import updateHalves1 from '../../shaders/io/update_halves1.wgsl';
import writeHalves1 from '../../shaders/io/write_halves1.wgsl';
import writeHalves1Bits from '../../shaders/io/write_halves1_bits.wgsl';
import writeHalves1F16 from '../../shaders/io/write_halves1_f16.wgsl';
import writeHalves4 from '../../shaders/io/write_halves4.wgsl';
import writeWords1 from '../../shaders/io/write_words1.wgsl';
import writeWords4 from '../../shaders/io/write_words4.wgsl';
import keepHalves from '../../shaders/math/keep_halves.wgsl';
import narrow from '../../shaders/math/narrow.wgsl';
import narrowPack from '../../shaders/math/narrow_pack.wgsl';
import narrowTypes from '../../shaders/math/narrow_types.wgsl';
import widen from '../../shaders/math/widen.wgsl';
import widenUnpack from '../../shaders/math/widen_unpack.wgsl';
import type { Machine } from '../plan/machine.ts';
import type { Pack, RowTeam, Team } from '../plan/rows.ts';
import type { NamedPart, Part } from '../runtime/link.ts';
import type { BoundTraits } from './bind.ts';
import type { Traits } from './slices.ts';

/** A monoid: how two of its values merge, and how a subgroup folds them natively. */
export interface Monoid {
  readonly merge: Part;
  readonly subgroup: Part;
}

/** Returns the parts that fold a team's values with a monoid. */
export function foldParts({ fold, lanesPerRow, workgroupSize }: Team, monoid: Monoid): Part[] {
  if (fold === 'lane') return [laneFold, monoid.merge];
  if (fold === 'workgroup') return [workgroupFold, monoid.merge];
  return [workgroupSize > lanesPerRow ? subgroupsFold : subgroupFold, monoid.merge, monoid.subgroup];
}

/** Returns the prelude's constants for a team. */
export function teamConstants(team: Team): Record<string, number | boolean> {
  return {
    LANES_PER_ROW: team.lanesPerRow,
    WORKGROUP_SIZE: team.workgroupSize,
    VECTORS_PER_LANE: team.vectorsPerLane,
    SUBGROUPS: team.subgroups,
    PACK: team.pack,
    LANE_STRIDE: team.laneStride,
  };
}

/** Returns the prelude's constants for a team of rows. */
export function rowTeamConstants(team: RowTeam): Record<string, number | boolean> {
  return {
    ...teamConstants(team),
    IN_REGISTERS: team.inRegisters,
    WHOLE: team.tail === 'none',
    MASKED: team.tail === 'masked' || team.tail === 'last',
    LAST: team.tail === 'last',
  };
}

/** Parts of a kernel, in any order; duplicates are joined once. */
export type Parts = readonly (Part | NamedPart)[];

/** The element type of a slice. Absent slices count as 4-byte. */
type Typed = Pick<Traits, 'dtype'> | undefined;

/** How a kernel handles halves: as its machine does, or 'kept' as they are stored. */
export type Halves = Pick<Machine, 'halves' | 'halfBits'> & {
  readonly widen: Machine['widen'] | 'kept';
  readonly narrow: Machine['narrow'] | 'kept';
};

/** Returns how a kernel that only moves elements handles halves: nothing is converted. */
export function moving({ halves, halfBits }: Machine): Halves {
  return { halves: halfBits ? halves : 'words', halfBits, widen: 'kept', narrow: 'kept' };
}

/**
 * Returns the parts with which a kernel reads `name`: `quad_name` and `one_name` by element, and
 * `vector_name` by vectors of four, as the bits of 4-byte values.
 * @param pack quads of halves that a lane reads side by side, if aligned
 */
export function readParts(machine: Halves, name: string, x: Typed, aligned = false, pack: Pack = 2): Parts {
  const names = { NAME: name };
  const bound = (element: string) => bindingOf(name, 'read', element);
  if (!isHalf(x)) return [bound(aligned ? 'vec4u' : 'u32'), { part: aligned ? readWords4 : readWords1, names }];
  const widen = WIDEN[machine.widen];
  if (aligned && pack === 1) return [bound('vec2u'), { part: readHalves4Apart, names }, widen];
  if (aligned) return [bound('vec4u'), { part: readHalves4, names }, widen];
  if (machine.halves === 'native' && machine.widen !== 'kept') return [bound('f16'), { part: readHalves1F16, names }];
  return [bound('u32'), { part: readHalves1, names }, widen];
}

/**
 * Returns the parts with which a kernel writes `name`: `put4_name`, for whole vectors if `aligned`, otherwise also
 * `put1_name`. Halves that share a word with another lane's are stored natively if the adapter can.
 */
export function writeParts(machine: Halves, name: string, y: Typed, aligned = false): Parts {
  return boundToWrite(machine, name, name, y, aligned);
}

/** Returns the parts with which a kernel reads `name` and overwrites it as `output`. */
export function updateParts(machine: Halves, name: string, output: string, x: Typed, aligned = false): Parts {
  const names = { NAME: name };
  const write = boundToWrite(machine, name, output, x, aligned);
  if (!isHalf(x)) return [...write, { part: aligned ? readWords4 : readWords1, names }];
  if (aligned) return [...write, { part: readHalves4Apart, names }, WIDEN[machine.widen]];
  if (machine.halves === 'native') return [...write, { part: readHalves1F16, names }];
  return [...write, { part: updateHalves1, names }, WIDEN[machine.widen]];
}

function boundToWrite(machine: Halves, name: string, output: string, y: Typed, aligned: boolean): Parts {
  const names = { NAME: name, OUTPUT: output };
  const bound = (element: string) => bindingOf(name, 'read_write', element);
  if (!isHalf(y)) return [bound(aligned ? 'vec4u' : 'u32'), { part: aligned ? writeWords4 : writeWords1, names }];
  const round = NARROW[machine.narrow];
  if (aligned) return [bound('vec2u'), { part: writeHalves4, names }, round];
  if (machine.halves === 'words') return [bound('atomic<u32>'), { part: writeHalves1, names }, round];
  if (machine.narrow === 'kept') return [bound('f16'), { part: writeHalves1Bits, names }, round];
  return [bound('f16'), { part: writeHalves1F16, names }];
}

function bindingOf(name: string, access: 'read' | 'read_write', element: string): NamedPart {
  return { part: binding, names: { NAME: name, ACCESS: access, ELEMENT: element } };
}

function isHalf(x: Typed): boolean {
  return x?.dtype === 'f16';
}

const WIDEN = { unpack: widenUnpack, integers: widen, kept: keepHalves };
const NARROW = { pack: narrowPack, types: narrowTypes, integers: narrow, kept: keepHalves };

/**
 * Returns the parts with which a kernel accesses a binding. A binding that the kernel itself declares needs none.
 * @param reads whether it reads aligned vectors if possible
 * @param writes whether it writes whole vectors if possible
 */
export function boundParts(
  machine: Halves,
  name: string,
  { use, traits, output = name }: BoundTraits,
  reads: boolean,
  writes: boolean,
): Parts {
  if (use === 'write') return writeParts(machine, name, traits, writes);
  if (use === 'update') return updateParts(machine, name, output, traits, writes);
  if (use === 'result') return writeParts(machine, name, traits);
  if (use === 'own' || use === 'perRow' || use === 'summed' || use === 'shared') return [];
  return readParts(machine, name, traits, use === 'read' && reads);
}
