import channelPart from '../../shaders/channels/channel.wgsl';
import channel4Part from '../../shaders/channels/channel4.wgsl';
import readPart from '../../shaders/channels/read.wgsl';
import unitPart from '../../shaders/channels/unit.wgsl';
import unit1Part from '../../shaders/channels/unit1.wgsl';
import unit4Part from '../../shaders/channels/unit4.wgsl';
import walkPart from '../../shaders/channels/walk.wgsl';
import writePart from '../../shaders/channels/write.wgsl';
import special from '../../shaders/math/special.wgsl';
import { type Shape, show } from '../data.ts';
import { GradfoldError, ShapeError } from '../errors.ts';
import { LARGEST_F32 } from '../plan/bits.ts';
import { type ChannelPlan, type ChannelPurpose, type Channels, channelsOf, planChannels } from '../plan/channels.ts';
import type { KernelSource, NamedPart, Part } from '../runtime/link.ts';
import type { Runtime, Slice } from '../runtime/runtime.ts';
import type { Tensor } from '../tensor.ts';
import { checkDTypes, checkNumber, checkShape } from './check.ts';
import { foldParts, isAligned, type Monoid, sliceOf, teamConstants } from './parts.ts';

/** A kernel that walks channels: its entry point, its parts, and what it folds, if anything. */
export interface ChannelKernel {
  readonly entry: string;
  readonly parts: readonly Part[];
  readonly monoid?: Monoid;
}

/** One pass over tensors of x's shape. Bindings by the names that the kernel gives them. */
export interface ChannelLaunch {
  readonly op: string;
  readonly kernel: ChannelKernel;
  readonly plan: ChannelPlan;
  readonly reads: Readonly<Record<string, Tensor>>;
  readonly writes?: Readonly<Record<string, Tensor>>;
  /** Tensors [C] or [rows, C], read at a unit's channels. One that is `undefined` is absent: `HAS_...` is false. */
  readonly perChannel?: Readonly<Record<string, Tensor | undefined>>;
  /** Tensors that the kernel's own parts bind, such as a result per slice. */
  readonly others?: Readonly<Record<string, Tensor>>;
  readonly params?: Readonly<Record<string, number>>;
}

/** Records a dispatch for each window of the plan. */
export function launchChannels(runtime: Runtime, launch: ChannelLaunch): void {
  const { plan, reads, writes = {}, perChannel = {}, others = {} } = launch;
  const kernel = channelVariant(launch);
  for (const { first, size, firstSlice, slices, groups, walk } of plan.windows) {
    const bind: Record<string, Slice | undefined> = {};
    for (const [name, tensor] of Object.entries({ ...reads, ...writes })) bind[name] = sliceOf(tensor, first, size);
    for (const [name, tensor] of Object.entries({ ...perChannel, ...others })) bind[name] = tensor && sliceOf(tensor);
    const slice = launch.kernel.monoid ? { first_slice: firstSlice, slices } : {};
    runtime.launch({ op: launch.op, kernel, bind, params: { ...launch.params, ...slice, ...walk }, groups });
  }
}

function channelVariant({ kernel, plan, reads, writes = {}, perChannel = {} }: ChannelLaunch): KernelSource {
  const { vector, unitChannels, team } = plan;
  const inUnits = (part: Part) => (name: string) => ({
    part,
    names: { NAME: name, ELEMENT: vector === 4 ? 'vec4f' : 'f32' },
  });
  const channel = unitChannels === 4 ? channel4Part : channelPart;
  const parts: (Part | NamedPart)[] = [
    ...kernel.parts,
    ...(kernel.monoid ? foldParts(team, kernel.monoid) : []),
    walkPart,
    unitPart,
    vector === 4 ? unit4Part : unit1Part,
    special,
    ...Object.keys(reads).map(inUnits(readPart)),
    ...Object.keys(writes).map(inUnits(writePart)),
    ...Object.keys(perChannel).map((name) => ({ part: channel, names: { NAME: name } })),
  ];
  const has = Object.entries(perChannel).map(([name, tensor]) => [`HAS_${name.toUpperCase()}`, tensor !== undefined]);
  const { HELD: _, ...constants } = teamConstants(team);
  return {
    entry: kernel.entry,
    parts,
    constants: { ...constants, VECTOR: vector, UNIT_CHANNELS: unitChannels, ...Object.fromEntries(has) },
  };
}

/** Plans a pass over `tensors`, all of one shape. */
export function planFor(
  op: string,
  layout: Channels,
  purpose: ChannelPurpose,
  tensors: readonly [Tensor, ...Tensor[]],
): ChannelPlan {
  const aligned = tensors.every((tensor) => isAligned(sliceOf(tensor)));
  return planChannels(op, tensors[0].backend.runtime.machine, layout, purpose, aligned);
}

/**
 * A tensor [slices, rows, C] for what a fold makes of each slice of each channel.
 * @throws ShapeError when it is larger than a binding.
 */
export function emptySlices(op: string, x: Tensor, { slices }: ChannelPlan, rows: number, channels: number): Tensor {
  const { maxBindingBytes } = x.backend.runtime.machine;
  const bytes = 4 * slices * rows * channels;
  if (bytes > maxBindingBytes) {
    throw new ShapeError(
      `${op}: ${channels} channels of x ${show(x.shape)} take ${bytes} bytes for intermediate results, expected at most ${maxBindingBytes} (this adapter's maxStorageBufferBindingSize)`,
    );
  }
  return x.backend.empty([slices, rows, channels], 'f32');
}

/** x by its channel axis, 1 when none is given. @throws ShapeError unless x is [N, C] or [N, C, ...] and has the axis. */
export function checkChannels(op: string, x: Tensor, channelAxis = 1): Channels {
  checkDTypes(op, 'x', x, 'f32');
  const { rank, shape } = x;
  if (rank < 2) throw new ShapeError(`${op}: x is ${show(shape)}, expected [N, C] or [N, C, ...]`);
  if (!Number.isInteger(channelAxis) || channelAxis < -rank || channelAxis >= rank) {
    throw new ShapeError(
      `${op}: channelAxis is ${channelAxis}, expected a whole number in [${-rank}, ${rank - 1}] for x ${show(shape)}`,
    );
  }
  return channelsOf(shape, channelAxis < 0 ? channelAxis + rank : channelAxis);
}

/** @throws unless each tensor that is given is f32 of the expected shape. */
export function checkFloats(op: string, tensors: Readonly<Record<string, Tensor | undefined>>, expected: Shape): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor === undefined) continue;
    checkDTypes(op, name, tensor, 'f32');
    checkShape(op, name, tensor.shape, expected);
  }
}

/** @throws GradfoldError unless ε is a number from 0 to f32's largest. */
export function checkEpsilon(op: string, epsilon = 1e-5): number {
  return checkNumber(op, 'epsilon', epsilon, 0, LARGEST_F32);
}

/** @throws GradfoldError unless it is a whole number that a u32 holds. */
export function checkCount(op: string, name: string, count: number): number {
  if (!Number.isInteger(count) || count < 0 || count > LARGEST_COUNT) {
    throw new GradfoldError(`${op}: ${name} is ${count}, expected a whole number in [0, ${LARGEST_COUNT}]`);
  }
  return count;
}

const LARGEST_COUNT = 2 ** 32 - 1;
