import gatherShader from '../../shaders/gather_arena.wgsl';
import { mapParameters, type Parameters } from '../core/parameters.ts';
import type { Tensor } from '../core/tensor.ts';
import { readParts, writeParts } from '../kernels/parts.ts';
import { sliceOf, traitsOf } from '../kernels/slices.ts';
import { ELEMENT_WORKGROUP_SIZE, elementWindows } from '../plan/elements.ts';
import type { Machine } from '../plan/machine.ts';
import type { KernelSource } from '../runtime/link.ts';
import type { Slice } from '../runtime/runtime.ts';

/** The places of tensors in an arena, in elements. Each starts at a multiple of four and is padded to one. */
export interface Layout {
  readonly places: readonly { readonly start: number; readonly size: number }[];
  /** The size of the arena, a multiple of four. */
  readonly size: number;
}

const wholeVectors = (size: number) => 4 * Math.ceil(size / 4);

/** The layout for tensors of these sizes. Equal sizes give the same object. */
export function layoutOf(tensors: readonly Tensor[]): Layout {
  const { runtime } = (tensors[0] as Tensor).backend;
  return runtime.decide(
    gatherShader,
    tensors.map(({ size }) => size),
    placesOf,
  );
}

function placesOf(sizes: readonly number[]): Layout {
  let end = 0;
  const places = sizes.map((size) => {
    const start = end;
    end += wholeVectors(size);
    return { start, size };
  });
  return { places, size: end };
}

/** Views of an arena in the structure of the parameters. */
export function viewsOf<P extends Parameters>(parameters: P, { places }: Layout, arena: Tensor): P {
  let index = 0;
  return mapParameters(parameters, ({ shape }) => arena.view(places[index++]?.start as number, shape));
}

/** The tensors, or parts of long ones, that one dispatch copies to a range of the arena. */
interface Batch {
  readonly first: number;
  readonly size: number;
  /** `size` elements of tensor `index` from element `first` on, copied to element `to` of the batch. */
  readonly pieces: readonly {
    readonly index: number;
    readonly first: number;
    readonly size: number;
    readonly to: number;
  }[];
}

/** WebGPU guarantees eight storage buffers; the arena takes one. */
const SOURCES = ['s0', 's1', 's2', 's3', 's4', 's5', 's6'];

/**
 * Copies tensors to their places in an f32 arena, seven per dispatch, and fills the padding with 0.
 * @param sources f32, with the layout's sizes, none of them in the arena
 */
export function gatherInto(op: string, layout: Layout, sources: readonly Tensor[], arena: Tensor): void {
  const { runtime } = arena.backend;
  const batches = runtime.decide(layout, undefined, batchesOf);
  for (const { first, size, pieces } of batches) {
    const slices = pieces.map((piece) => sliceOf(sources[piece.index] as Tensor, piece.first, piece.size));
    const aligned = slices.every((slice) => traitsOf(slice).aligned);
    const kernel = runtime.decide(gatherShader, aligned, gatherVariant);
    const bind: Record<string, Slice | undefined> = { arena: sliceOf(arena, first, size) };
    for (const [slot, name] of SOURCES.entries()) bind[name] = slices[slot];
    runtime.launch({
      op,
      kernel,
      bind,
      params: {
        vectors: size / 4,
        starts: SOURCES.map((_, slot) => (pieces[slot]?.to ?? size) / 4),
        sizes: SOURCES.map((_, slot) => pieces[slot]?.size ?? 0),
      },
      groups: Math.ceil(size / (4 * ELEMENT_WORKGROUP_SIZE)),
    });
  }
}

function gatherVariant(aligned: boolean, machine: Machine): KernelSource {
  const sources = SOURCES.flatMap((name) => readParts(machine, name, undefined, aligned));
  const parts = [gatherShader, ...sources, ...writeParts(machine, 'arena', undefined, true)];
  return {
    entry: 'gather_arena',
    parts,
    constants: { WORKGROUP_SIZE: ELEMENT_WORKGROUP_SIZE, SOURCES: SOURCES.length },
  };
}

/** Splits the layout into batches that fit in bindings. */
function batchesOf(_: undefined, machine: Machine, { places, size }: Layout): Batch[] {
  // Windows have lengths that are multiples of eight, so pieces start at multiples of eight elements of their tensors.
  const room = elementWindows(machine, size).at(0)?.size ?? 0;
  const batches: { first: number; size: number; pieces: Batch['pieces'][number][] }[] = [];
  for (const [index, place] of places.entries()) {
    for (const run of elementWindows(machine, place.size)) {
      const length = wholeVectors(run.size);
      let batch = batches.at(-1);
      if (!batch || batch.pieces.length === SOURCES.length || batch.size + length > room) {
        batch = { first: place.start + run.first, size: 0, pieces: [] };
        batches.push(batch);
      }
      batch.pieces.push({ index, first: run.first, size: run.size, to: batch.size });
      batch.size += length;
    }
  }
  return batches;
}
