import apartPart from '../../shaders/channels/apart.wgsl';
import channelPart from '../../shaders/channels/channel.wgsl';
import channel4Part from '../../shaders/channels/channel4.wgsl';
import put1Part from '../../shaders/channels/put1.wgsl';
import put4Part from '../../shaders/channels/put4.wgsl';
import readPart from '../../shaders/channels/read.wgsl';
import togetherPart from '../../shaders/channels/together.wgsl';
import unitPart from '../../shaders/channels/unit.wgsl';
import valuePart from '../../shaders/channels/value.wgsl';
import walkPart from '../../shaders/channels/walk.wgsl';
import write1Part from '../../shaders/channels/write1.wgsl';
import write4Part from '../../shaders/channels/write4.wgsl';
import special from '../../shaders/math/special.wgsl';
import { type BindingFacts, type Bindings, factsOf, launchWindows, type RangeOf, type Use } from '../kernels/bind.ts';
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

const ofBlock = (use: Use) => use === 'perBlock' || use === 'result';

/** Records one dispatch per window of the plan. */
export function launchChannels(runtime: Runtime, launch: ChannelLaunch): void {
  const { op, plan, bind, params, constants } = launch;
  const { block, windows, vector, unitChannels, team } = plan;
  const facts = { vector, unitChannels, team, bind: factsOf(bind), constants };
  const kernel = runtime.decide(launch.kernel, facts, channelVariant);
  const rangeOf: RangeOf<ChannelWindow> = (use, { first, size, firstChannel, channels }, slice) => {
    if (use === 'perChannel') return [firstChannel, channels];
    if (!ofBlock(use)) return [first, size];
    const start = firstChannel - block.first;
    return [start, slice.size - start];
  };
  const blocks = Object.values(bind).some(({ use }) => ofBlock(use)) ? { channels: block.channels } : {};
  launchWindows(runtime, { op, kernel, bind, windows, plan }, rangeOf, ({ walk, firstSlice, slices }) => ({
    ...params,
    ...walk,
    ...blocks,
    ...(launch.kernel.monoid && { first_slice: firstSlice, slices }),
  }));
}

interface ChannelFacts extends Pick<ChannelPlan, 'vector' | 'unitChannels' | 'team'> {
  readonly bind: BindingFacts;
  readonly constants: Constants | undefined;
}

function channelVariant(
  { vector, unitChannels, team, bind, constants }: ChannelFacts,
  machine: Machine,
  kernel: ChannelKernel,
): KernelSource {
  const inQuads = vector === 4;
  const byUnit = unitChannels === 4;
  const bindings = Object.entries(bind);
  const parts: Parts = [
    ...kernel.parts,
    ...(kernel.monoid ? foldParts(team, kernel.monoid) : []),
    { part: valuePart, names: byUnit ? FOURS : ONES },
    vector === unitChannels ? apartPart : togetherPart,
    walkPart,
    { part: unitPart, names: inQuads ? FOURS : ONES },
    special,
    ...bindings.flatMap(([name, { use, traits }]): Parts => {
      const names = { NAME: name };
      if (use === 'result') return [{ part: byUnit ? put4Part : put1Part, names }];
      if (use === 'write')
        return [...writeParts(machine, name, traits, inQuads), { part: inQuads ? write4Part : write1Part, names }];
      if (use !== 'read')
        return [...readParts(machine, name, traits), { part: byUnit ? channel4Part : channelPart, names }];
      const reads = readParts(machine, name, traits, inQuads && traits?.aligned, team.pack);
      return [...reads, { part: readPart, names: { ...names, FETCH: inQuads ? 'quad' : 'one' } }];
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
      VECTOR: vector,
      UNIT_CHANNELS: unitChannels,
      ...Object.fromEntries(has),
      ...kernel.constants,
      ...constants,
    },
  };
}
