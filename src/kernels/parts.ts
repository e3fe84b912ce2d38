import laneFold from '../../shaders/fold/lane.wgsl';
import subgroupFold from '../../shaders/fold/subgroup.wgsl';
import subgroupsFold from '../../shaders/fold/subgroups.wgsl';
import workgroupFold from '../../shaders/fold/workgroup.wgsl';
import readHalves1 from '../../shaders/io/read_halves1.wgsl';
import readHalves4 from '../../shaders/io/read_halves4.wgsl';
import readWords1 from '../../shaders/io/read_words1.wgsl';
import readWords4 from '../../shaders/io/read_words4.wgsl';
import updateHalves1 from '../../shaders/io/update_halves1.wgsl';
import updateHalves1F16 from '../../shaders/io/update_halves1_f16.wgsl';
import updateHalves4 from '../../shaders/io/update_halves4.wgsl';
import updateWords1 from '../../shaders/io/update_words1.wgsl';
import updateWords4 from '../../shaders/io/update_words4.wgsl';
import writeHalves1 from '../../shaders/io/write_halves1.wgsl';
import writeHalves1F16 from '../../shaders/io/write_halves1_f16.wgsl';
import writeHalves4 from '../../shaders/io/write_halves4.wgsl';
import writeWords1 from '../../shaders/io/write_words1.wgsl';
import writeWords4 from '../../shaders/io/write_words4.wgsl';
import narrow from '../../shaders/math/narrow.wgsl';
import widen from '../../shaders/math/widen.wgsl';
import widenF16 from '../../shaders/math/widen_f16.wgsl';
import { bytesOf, type DType } from '../core/data.ts';
import type { Machine } from '../plan/machine.ts';
import { type ElementSizes, type RowTeam, sizesOf, type Team } from '../plan/rows.ts';
import type { NamedPart, Part } from '../runtime/link.ts';
import type { Slice } from '../runtime/runtime.ts';

/** A monoid: how two of its values merge, and how a subgroup folds it natively. */
export interface Monoid {
  readonly merge: Part;
  readonly subgroup: Part;
}

/** The machine that folds a team's values, with the monoid that it folds. */
export function foldParts({ fold, team, width }: Team, monoid: Monoid): Part[] {
  if (fold === 'lane') return [laneFold, monoid.merge];
  if (fold === 'workgroup') return [workgroupFold, monoid.merge];
  return [width > team ? subgroupsFold : subgroupFold, monoid.merge, monoid.subgroup];
}

/** The prelude's constants for a team. */
export function teamConstants(team: Team): Record<string, number | boolean> {
  return {
    TEAM: team.team,
    WIDTH: team.width,
    BLOCK: team.block,
    SUBGROUPS: team.subgroups,
    PACK: team.pack,
    SEATS_APART: team.seatsApart,
  };
}

/** The same for a team of rows. */
export function rowTeamConstants(team: RowTeam): Record<string, number | boolean> {
  return { ...teamConstants(team), HELD: team.held, WHOLE: team.ends === 'whole', MASKED: team.ends === 'masked' };
}

/** Parts of a kernel, in any order; one that comes twice is joined once. */
export type Parts = readonly (Part | NamedPart)[];

/** Whether a slice can be bound as 16-byte vectors: both its ends on 16-byte boundaries of what is bound. */
export function isAligned({ byteOffset, storage, size, dtype }: Slice): boolean {
  return byteOffset % 16 === 0 && byteOffset + 16 * Math.ceil((size * bytesOf(dtype)) / 16) <= storage.bytes;
}

/** Whether vectors of four elements may be written whole: no vector has elements that are another slice's. */
export function ownsVectors({ byteOffset, storage, size, dtype }: Slice): boolean {
  const vector = 4 * bytesOf(dtype);
  const toTheEnd = byteOffset + bytesOf(dtype) * size === storage.contentBytes;
  return byteOffset % vector === 0 && (size % 4 === 0 || (toTheEnd && !storage.borrowed));
}

/** All of a slice, or of one that is absent, that parts are chosen by: for the keys of `Runtime.decide`. */
export function traitsOf(x: Slice | undefined): string {
  return x ? `${x.dtype}${isAligned(x) ? 'a' : ''}${ownsVectors(x) ? 'v' : ''} ` : '- ';
}

/** The same of named slices, in their order. */
export function traitsOfAll(slices: Readonly<Record<string, Slice | undefined>>): string {
  let traits = '';
  for (const name in slices) traits += `${name} ${traitsOf(slices[name])}`;
  return traits;
}

/** An element type: all of a slice that its parts depend on, beside how it may be reached. */
type Typed = { readonly dtype: DType };

/** How a kernel reads `name`: `quad_name`, `one_name`, as bits of four bytes. What is not there is never read. */
export function readParts(machine: Machine, name: string, x: Typed | undefined, aligned = false): Parts {
  const names = { NAME: name };
  if (!x || bytesOf(x.dtype) === 4) return [{ part: aligned ? readWords4 : readWords1, names }];
  return [{ part: aligned ? readHalves4 : readHalves1, names }, widenPart(machine)];
}

/**
 * How a kernel writes `name`: `put4_name`, of whole vectors where `aligned`, and otherwise `put1_name` as well. Halves that
 * share a word with another lane's are stored natively where the adapter can.
 */
export function writeParts(machine: Machine, name: string, y: Typed, aligned = false): Parts {
  return boundToWrite(machine, name, name, y, aligned);
}

/** How a kernel reads `name` and writes `output` in its place. */
export function updateParts(machine: Machine, name: string, output: string, x: Typed, aligned = false): Parts {
  const names = { NAME: name };
  const write = boundToWrite(machine, name, output, x, aligned);
  if (bytesOf(x.dtype) === 4) return [...write, { part: aligned ? updateWords4 : updateWords1, names }];
  if (aligned) return [...write, { part: updateHalves4, names }, widenPart(machine)];
  if (isNative(machine)) return [...write, { part: updateHalves1F16, names }];
  return [...write, { part: updateHalves1, names }, widen];
}

function boundToWrite(machine: Machine, name: string, output: string, y: Typed, aligned: boolean): Parts {
  const names = { NAME: name, OUTPUT: output };
  if (bytesOf(y.dtype) === 4) return [{ part: aligned ? writeWords4 : writeWords1, names }];
  const single = isNative(machine) ? writeHalves1F16 : writeHalves1;
  return [{ part: aligned ? writeHalves4 : single, names }, narrow];
}

function widenPart(machine: Machine): Part {
  return isNative(machine) ? widenF16 : widen;
}

/** Measured on llvmpipe, native halves take 0.6 to 1 of the time of integers, least where words are shared. */
function isNative({ halves }: Machine): boolean {
  return halves === 'native';
}

/** The sizes of the elements of slices that a kernel goes through together. */
export function elementSizes(slices: readonly Typed[]): ElementSizes {
  return sizesOf(slices.map(({ dtype }) => bytesOf(dtype)));
}

/** Adds the same elements of each of several slices to what is bound. */
export function bindEach(
  bind: Record<string, Slice | undefined>,
  slices: Readonly<Record<string, Slice | undefined>>,
  start?: number,
  size?: number,
): void {
  for (const name in slices) {
    const slice = slices[name];
    bind[name] = slice && sliceOf(slice, start, size);
  }
}

/** Some of the elements of a tensor or another slice, to be bound. */
export function sliceOf(from: Slice, start = 0, size = from.size): Slice {
  const { storage, dtype } = from;
  return { storage, dtype, byteOffset: from.byteOffset + bytesOf(dtype) * start, size };
}
