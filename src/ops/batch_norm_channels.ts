import apartPart from '../../shaders/channels/apart.wgsl';
import channelPart from '../../shaders/channels/channel.wgsl';
import channel4Part from '../../shaders/channels/channel4.wgsl';
import put1Part from '../../shaders/channels/put1.wgsl';
import put4Part from '../../shaders/channels/put4.wgsl';
import readPart from '../../shaders/channels/read.wgsl';
import readPairs from '../../shaders/channels/read_pairs.wgsl';
import togetherPart from '../../shaders/channels/together.wgsl';
import unitPart from '../../shaders/channels/unit.wgsl';
import valuePart from '../../shaders/channels/value.wgsl';
import walkPart from '../../shaders/channels/walk.wgsl';
import write1Part from '../../shaders/channels/write1.wgsl';
import write4Part from '../../shaders/channels/write4.wgsl';
import pairHalves4 from '../../shaders/io/pair_halves4.wgsl';
import special from '../../shaders/math/special.wgsl';
import { type BindingFacts, type Bindings, factsOf, launchWindows, type RangeOf } from '../kernels/bind.ts';
import { foldParts, type Monoid, type Parts, readParts, teamConstants, writeParts } from '../kernels/parts.ts';
import {
  type ChannelBlock,
  type ChannelPlan,
  type Channels,
  type ChannelWindow,
  planFolds,
  planInRegisters,
  planMap,
} from '../plan/channels.ts';
import type { Machine } from '../plan/machine.ts';
import type { ElementSizes } from '../plan/rows.ts';
import type { KernelSource, NamedPart, Part } from '../runtime/link.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** A kernel over channels: its entry point, its parts, and the monoid that it reduces with, if any. */
export interface ChannelKernel {
  readonly entry: string;
  readonly parts: readonly Part[];
  readonly monoid?: Monoid;
  /** Constants that its parts share with the host. */
  readonly constants?: Readonly<Record<string, number>>;
}

/** The types of single elements and of vectors of four. */
const ONES = { FLOATS: 'f32', WORDS: 'u32', INTEGERS: 'i32', TRUTHS: 'bool' };
const FOURS = { FLOATS: 'vec4f', WORDS: 'vec4u', INTEGERS: 'vec4i', TRUTHS: 'vec4<bool>' };
/** Each lane reduces one channel. */
export const ONE_VALUE: NamedPart = { part: valuePart, names: ONES };

type Constants = Readonly<Record<string, boolean>>;

/**
 * One pass that reads and writes tensors of x's shape. A tensor [C] or [..., channels of the plan's block] is read at
 * the channels of each unit; if a [C] tensor is absent, the constant `HAS_` and its name is false. A reduction's result
 * has shape [slices, rows, channels of the plan's block] and is bound by the kernel's own parts.
 */
export interface ChannelLaunch {
  readonly op: string;
  readonly kernel: ChannelKernel;
  readonly plan: ChannelPlan;
  readonly bind: Bindings;
  readonly params?: Readonly<Record<string, number>>;
  readonly constants?: Constants;
}

/** A pass over tensors of one layout. It reads `reads` of them at a time. @default 1 */
interface Pass {
  readonly x: Channels;
  readonly sizes: ElementSizes;
  readonly reads?: number;
}
type FoldPass = Pass & { readonly values: number };
type MapPass = Pass & { readonly block?: ChannelBlock };

const decideFolds = ({ x, values, sizes, reads }: FoldPass, machine: Machine) =>
  planFolds(machine, x, values, sizes, reads);
const decideMap = ({ x, sizes, block, reads }: MapPass, machine: Machine) => planMap(machine, x, sizes, block, reads);
const decideInRegisters = ({ x, sizes }: Pass, machine: Machine) => planInRegisters(machine, x, sizes);

/**
 * Cached results of `planFolds`, `planMap` (over all channels without a block) and `planInRegisters`, one per layout.
 */
export const foldsOf = (runtime: Runtime, pass: FoldPass) => runtime.decide(planFolds, pass, decideFolds);
export const mapOf = (runtime: Runtime, pass: MapPass) => runtime.decide(planMap, pass, decideMap);
export const inRegistersOf = (runtime: Runtime, pass: Pass) => runtime.decide(planInRegisters, pass, decideInRegisters);

/** Records one dispatch per window of the plan. */
export function launchChannels(runtime: Runtime, launch: ChannelLaunch): void {
  const { op, plan, bind, params, constants } = launch;
  const { block, windows, columns, nested, plane, vector, unitChannels, apart, team } = plan;
  const facts = {
    columns,
    nested,
    planes: plane > 1,
    vector,
    unitChannels,
    apart,
    team,
    bind: factsOf(bind),
    constants,
  };
  const kernel = runtime.decide(launch.kernel, facts, channelVariant);
  const rangeOf: RangeOf<ChannelWindow> = (use, { first, size, firstChannel, channels }, slice) => {
    if (use === 'perChannel') return [firstChannel, channels];
    if (use !== 'perBlock' && use !== 'result') return [first, size];
    const start = firstChannel - block.first;
    return [start, slice.size - start];
  };
  const uses = new Set(Object.values(bind).map(({ use }) => use));
  const ofBlock = {
    ...(uses.has('perBlock') && { channels: block.channels }),
    ...(uses.has('result') && { width: block.channels * plane }),
  };
  launchWindows(runtime, { op, kernel, bind, windows, plan }, rangeOf, ({ walk, firstSlice, slices }) => ({
    ...params,
    ...walk,
    ...ofBlock,
    plane,
    ...(launch.kernel.monoid && { first_slice: firstSlice, slices }),
  }));
}

type OfPlan = Pick<ChannelPlan, 'columns' | 'nested' | 'vector' | 'unitChannels' | 'apart' | 'team'>;

interface ChannelFacts extends OfPlan {
  readonly planes: boolean;
  readonly bind: BindingFacts;
  readonly constants: Constants | undefined;
}

function channelVariant(
  { columns, nested, planes, vector, unitChannels, apart, team, bind, constants }: ChannelFacts,
  machine: Machine,
  kernel: ChannelKernel,
): KernelSource {
  const inQuads = vector === 4;
  const bindings = Object.entries(bind);
  const parts: Parts = [
    ...kernel.parts,
    ...(kernel.monoid ? foldParts(team, kernel.monoid) : []),
    { part: valuePart, names: apart ? FOURS : ONES },
    apart || !inQuads ? apartPart : togetherPart,
    walkPart,
    { part: unitPart, names: inQuads ? FOURS : ONES },
    special,
    ...bindings.flatMap(([name, { use, traits }]): Parts => {
      const names = { NAME: name };
      if (use === 'result') return [{ part: apart ? put4Part : put1Part, names }];
      if (use === 'write')
        return [...writeParts(machine, name, traits, inQuads), { part: inQuads ? write4Part : write1Part, names }];
      if (use !== 'read')
        return [...readParts(machine, name, traits), { part: apart ? channel4Part : channelPart, names }];
      const reads = readParts(machine, name, traits, inQuads && traits?.aligned, team.pack);
      if (team.pack === 2 && traits?.aligned && traits.dtype === 'f16')
        return [...reads, { part: pairHalves4, names }, { part: readPairs, names }];
      return [...reads, { part: readPart, names: { ...names, FETCH: inQuads ? 'vector' : 'one' } }];
    }),
  ];
  const has = bindings
    .filter(([, { use }]) => use === 'perChannel')
    .map(([name, { traits }]) => [`HAS_${name.toUpperCase()}`, traits !== undefined]);
  return {
    entry: kernel.entry,
    parts,
    constants: {
      ...teamConstants(team),
      STOPS: team.vectorsPerLane / team.pack,
      COLUMNS: columns,
      NESTED: nested,
      PLANES: planes,
      VECTOR: vector,
      UNIT_CHANNELS: unitChannels,
      ...Object.fromEntries(has),
      ...kernel.constants,
      ...constants,
    },
  };
}
